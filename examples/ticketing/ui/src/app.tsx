import { useEffect, useRef } from "react";
import { SiteContext, useSiteConfig } from "./api/site";
import { ConnectionBanner } from "./components/connection-banner";
import { Footer } from "./components/footer";
import { Header } from "./components/header";
import { useLocation } from "./routing/history";
import { screenOf } from "./screens";

export function App() {
  const site = useSiteConfig();
  const { pathname } = useLocation();
  const main = useFocusOnNavigation(pathname);
  return (
    <SiteContext value={site}>
      <ConnectionBanner />
      <Header />
      <main ref={main} tabIndex={-1} key={pathname}>{screenOf(pathname)}</main>
      <Footer />
    </SiteContext>
  );
}

/** After a link, keyboard and screen reader go on at the new screen, not at the link that is gone. */
function useFocusOnNavigation(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
