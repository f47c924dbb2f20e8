import { ProblemError } from "@composable-go/client";
import { expect, it } from "vitest";
import { codeError } from "./code-error";

const refused = (details: Record<string, unknown>) => new ProblemError(400, details);

it.each([
  [3, "you may try 3 times more."],
  [1, "you may try once more."],
])("tells that %i tries are left", (left, end) => {
  expect(codeError(refused({ code: "wrong_code", tries_left: left }))).toMatch(end);
});

it("leaves other errors to whoever shows them", () => {
  expect(codeError(refused({ code: "invalid_token" }))).toBeUndefined();
  expect(codeError(undefined)).toBeUndefined();
});
