import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const client = (file: string) => fileURLToPath(new URL(`../../../web-client/src/${file}`, import.meta.url));
const server = process.env.TICKETING_SERVER ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react()],
  resolve: {
    // The longer names first: the shorter one is their prefix.
    alias: [
      { find: "@composable-go/client/auth/react", replacement: client("auth/react/index.ts") },
      { find: "@composable-go/client/auth", replacement: client("auth/index.ts") },
      { find: "@composable-go/client/react", replacement: client("react/index.ts") },
      { find: "@composable-go/client", replacement: client("index.ts") },
    ],
    dedupe: ["react", "react-dom", "@simplewebauthn/browser"],
  },
  build: { outDir: "dist/app", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  server: {
    // Host stays the browser's own, so that the server's same-origin checks pass.
    proxy: {
      "/api": { target: server, ws: true },
      "/auth": { target: server },
      "/dev": { target: server },
    },
  },
  // Testing Library cleans up after each test by the global afterEach.
  test: { environment: "jsdom", globals: true, include: ["src/**/*.test.{ts,tsx}"] },
});
