import { useEffect, useRef } from "react";
import { SignedOut, useSignedOut } from "./account/signed-out";
import { LineContext, useLineState } from "./api/line";
import { SiteContext, useSiteConfig } from "./api/site";
import { Banner } from "./components/banner";
import { Footer } from "./components/footer";
import { Header } from "./components/header";
import { HoldsProvider } from "./holds/holds-provider";
import { useLocation } from "./routing/history";
import { screenOf } from "./screens";

export function App() {
  const site = useSiteConfig();
  const { pathname } = useLocation();
  const line = useLineState();
  const signedOut = useSignedOut();
  const screen = signedOut ? "signed out" : pathname;
  const main = useFocusOnNavigation(screen);
  return (
    <SiteContext value={site}>
      <LineContext value={line}>
        <HoldsProvider>
          <Header />
          {!signedOut && <Banner />}
          <main ref={main} tabIndex={-1} key={screen}>{signedOut ? <SignedOut /> : screenOf(pathname)}</main>
          <Footer />
        </HoldsProvider>
      </LineContext>
    </SiteContext>
  );
}

/** After a link, keyboard and screen reader go on at the new screen, not at the link that is gone. */
function useFocusOnNavigation(screen: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(screen);
  useEffect(() => {
    if (shown.current === screen) return;
    shown.current = screen;
    main.current?.focus({ preventScroll: true });
  }, [screen]);
  return main;
}
