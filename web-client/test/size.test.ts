import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const source = (entry: string) => `./src/${entry}`;

async function gzippedSize(modules: string[], external: string[]): Promise<number> {
  const contents = modules.map((module) => `export * from "${module}";`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${import.meta.dirname}/..` },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    external,
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

test.each([
  ["core", ["index.ts"], 6],
  ["core and React hooks", ["index.ts", "react/index.ts"], 9],
  ["core, React hooks and sign-in", ["index.ts", "react/index.ts", "auth/index.ts", "auth/react/index.ts"], 11],
])("%s: at most the promised size, minified and gzipped", async (name, entries, kB) => {
  const size = await gzippedSize(entries.map(source), ["react", "@simplewebauthn/browser"]);
  console.log(`${name}: ${size} bytes of ${kB * 1000}`);
  expect(size).toBeLessThanOrEqual(kB * 1000);
});

test("what a page loads with its first passkey is small too", async () => {
  const size = await gzippedSize(["@simplewebauthn/browser"], []);
  console.log(`@simplewebauthn/browser: ${size} bytes of 4000`);
  expect(size).toBeLessThanOrEqual(4_000);
});
