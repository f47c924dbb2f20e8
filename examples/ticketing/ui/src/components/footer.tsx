import "./footer.css";

export function Footer() {
  return (
    <footer className="footer">
      <p>A demonstration built with Composable. No card is charged and no train departs.</p>
    </footer>
  );
}
