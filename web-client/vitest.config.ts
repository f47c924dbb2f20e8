import { defineConfig } from "vitest/config";

const source = `${import.meta.dirname}/src`;

export default defineConfig({
  test: { include: ["test/**/*.test.{ts,tsx}"] },
  resolve: {
    // The package by its own name, as in the README.
    alias: [
      { find: /^@composable-go\/client\/([\w/]+)$/, replacement: `${source}/$1/index.ts` },
      { find: "@composable-go/client", replacement: `${source}/index.ts` },
    ],
  },
});
