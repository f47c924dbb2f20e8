import "./skeleton.css";

/** Grey shapes in place of content that is on its way, as tall as the content will be. */
export function Skeleton({ lines = 3, height }: { lines?: number; height?: string }) {
  const shapes = Array.from({ length: lines }, (_, i) => i);
  return (
    <div className="skeleton" role="status">
      <span className="only-heard">Loading</span>
      {shapes.map((i) => <div key={i} className="skeleton-line" style={height ? { blockSize: height } : undefined} />)}
    </div>
  );
}
