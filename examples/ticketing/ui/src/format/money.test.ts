import { describe, expect, it } from "vitest";
import { formatMoney, parseMoney, percentOf } from "./money";

describe("formatMoney", () => {
  it.each([
    [4500, "EUR", "€45.00"],
    [5, "EUR", "€0.05"],
    [1200, "JPY", "¥1,200"],
    [0, "USD", "$0.00"],
  ])("%d %s is %s", (minor, currency, want) => {
    expect(formatMoney(minor, currency, "en-US")).toBe(want);
  });
});

describe("parseMoney", () => {
  it.each([
    ["45", "EUR", 4500],
    ["45.5", "EUR", 4550],
    [" 45,05 ", "EUR", 4505],
    ["1200", "JPY", 1200],
    ["0.29", "EUR", 29],
    ["1,000", "EUR", null],
    ["1200.5", "JPY", null],
    ["-4", "EUR", null],
    ["4e2", "EUR", null],
    ["", "EUR", null],
  ])("reads %j in %s as %s", (text, currency, want) => {
    expect(parseMoney(text, currency)).toBe(want);
  });
});

describe("percentOf", () => {
  it.each([
    [4500, 80, 3600],
    [4500, 110, 4950],
    [1, 80, 1],
    [4505, 110, 4956],
  ])("of %d, %d %% is %d", (minor, percent, want) => {
    expect(percentOf(minor, percent)).toBe(want);
  });
});
