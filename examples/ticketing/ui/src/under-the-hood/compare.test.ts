import { describe, expect, it } from "vitest";
import { compare } from "./compare";

describe("compare", () => {
  it("puts the old value beside the new one", () => {
    expect(compare({ status: "SeatsHeld", quantity: 2 }, { status: "PaymentPending", quantity: 2 })).toEqual([
      { path: "status", value: "PaymentPending", before: "SeatsHeld" },
      { path: "quantity", value: "2", before: "2" },
    ]);
  });

  it("has nothing before the first version", () => {
    expect(compare(undefined, { status: "Initiated" })).toEqual([{ path: "status", value: "Initiated", before: undefined }]);
  });

  it("lists what is gone at the end", () => {
    expect(compare({ reason: "ill", status: "x" }, { status: "x" })).toEqual([
      { path: "status", value: "x", before: "x" },
      { path: "reason", before: "ill" },
    ]);
  });

  it("names what lies deeper by its path, and keeps short lists together", () => {
    const state = { seat_ids: ["A1", "A2"], attempts: [{ status: "Failed" }, { status: "Pending" }], returned: { decided: false, by: null } };
    expect(compare(state, state).map(({ path, value }) => [path, value])).toEqual([
      ["seat_ids", "A1, A2"],
      ["attempts[0].status", "Failed"],
      ["attempts[1].status", "Pending"],
      ["returned.decided", "false"],
      ["returned.by", "null"],
    ]);
  });
});
