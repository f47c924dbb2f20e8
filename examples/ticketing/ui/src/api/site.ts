import { useFetch } from "@composable-go/client/react";
import { createContext, useContext } from "react";
import type { SiteConfig } from "./types";

const unknownSite: SiteConfig = { dev: false, name: "Night Train Box Office" };

/** What the server says about itself, for every component below. */
export const SiteContext = createContext(unknownSite);

export function useSite(): SiteConfig {
  return useContext(SiteContext);
}

/** Asks the server once; until it answers, the page is a production page. */
export function useSiteConfig(): SiteConfig {
  const { data } = useFetch<SiteConfig>("/api/config");
  return { ...unknownSite, ...data };
}
