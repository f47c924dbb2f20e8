import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(`${import.meta.dirname}/${path}`, "utf8");

test.each(["readme-core.ts", "readme-react.tsx"])("the README quotes %s, which tsc compiles", (file) => {
  expect(read("../README.md")).toContain(`\n${read(file)}\`\`\``);
});
