import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

async function gzippedSize(entries: string[]): Promise<number> {
  const contents = entries.map((entry) => `export * from "./src/${entry}";`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${import.meta.dirname}/..` },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    external: ["react", "@simplewebauthn/browser"],
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

test.each([
  ["core", ["index.ts"], 6],
  ["core and React hooks", ["index.ts", "react/index.ts"], 9],
  ["core, React hooks and sign-in", ["index.ts", "react/index.ts", "auth/index.ts", "auth/react/index.ts"], 11],
])("%s: at most the promised size, minified and gzipped", async (name, entries, kB) => {
  const size = await gzippedSize(entries);
  console.log(`${name}: ${size} bytes of ${kB * 1000}`);
  expect(size).toBeLessThanOrEqual(kB * 1000);
});
