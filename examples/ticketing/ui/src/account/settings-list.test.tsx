import { ProblemError } from "@composable-go/client";
import type { FetchState } from "@composable-go/client/react";
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { SettingsList } from "./settings-list";

const down = new ProblemError(503, { code: "unavailable", message: "the database does not answer" });

function show(of: FetchState<string[]>, problem?: ProblemError) {
  render(<SettingsList of={of} keyOf={(name) => name} problem={problem} empty="None yet.">{(name) => name}</SettingsList>);
}

it("waits for the list", () => {
  show({ status: "pending", refetch: vi.fn() });
  expect(screen.getByText("Loading")).toBeTruthy();
  expect(screen.queryByRole("list")).toBeNull();
});

it("says that there is nothing", () => {
  show({ status: "success", data: [], refetch: vi.fn() });
  expect(screen.getByText("None yet.")).toBeTruthy();
});

it("offers to try again, and keeps what it has", () => {
  const refetch = vi.fn();
  show({ status: "error", error: down, data: ["Laptop"], refetch });
  expect(screen.getByRole("listitem").textContent).toBe("Laptop");

  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(refetch).toHaveBeenCalledOnce();
});

it("says beside the rows why a change did not happen", () => {
  show({ status: "success", data: ["Laptop", "Phone"], refetch: vi.fn() }, down);
  expect(screen.getByRole("alert").textContent).toContain("the database does not answer");
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
});
