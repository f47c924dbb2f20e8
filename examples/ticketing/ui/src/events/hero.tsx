import "./hero.css";

/** Which windows of the carriage are lit; by eye, not by data. */
const windows = [1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1];

export function Hero() {
  return (
    <div className="hero">
      <h1>Every seat leaves once.</h1>
      <p>Pick yours from the live map. It is held for you while you pay.</p>
      <svg className="coach" viewBox="0 0 1088 84" preserveAspectRatio="xMaxYMax slice" aria-hidden="true">
        <path className="coach-body" d="M0 84V22Q0 4 18 4H1070Q1088 4 1088 22V84z" />
        <path className="coach-skirt" d="M0 58H1088V84H0z" />
        <path className="coach-line" d="M0 55H1088V58H0z" />
        {windows.map((lit, i) => (
          <rect key={26 + i * 43.5} className={lit ? "window-lit" : "window-dark"} x={26 + i * 43.5} y="17" width="34" height="27" rx="5" />
        ))}
      </svg>
    </div>
  );
}
