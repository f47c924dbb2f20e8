import { expect, test } from "vitest";
import type { ReadModel } from "../api/types";
import { standing } from "./standing";

const model: ReadModel = { name: "orders", position: 1200, lag: 0, lag_seconds: 0, failure: null, rebuild: null };

test.each([
  [model, "At position 1,200, up to date"],
  [{ ...model, lag: 1, lag_seconds: 0.2 }, "At position 1,200, 1 event and 1 s behind"],
  [{ ...model, lag: 3000, lag_seconds: 61, rebuild: { position: 7, failure: null } }, "At position 1,200, 3,000 events and 61 s behind; a rebuild is at 7"],
])("a read model's standing", (given, words) => {
  expect(standing(given)).toBe(words);
});
