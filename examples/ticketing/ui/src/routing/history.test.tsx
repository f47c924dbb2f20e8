import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { localPath, navigate, useLocation } from "./history";
import { Link } from "./link";

function Where() {
  const { pathname, search } = useLocation();
  return <output>{pathname + search}</output>;
}

it("renders again when a link or navigate changes the path", () => {
  render(<><Where /><Link to="/events/1?x=2">go</Link></>);

  fireEvent.click(screen.getByText("go"));
  expect(screen.getByRole("status").textContent).toBe("/events/1?x=2");

  act(() => navigate("/tickets", { replace: true }));
  expect(screen.getByRole("status").textContent).toBe("/tickets");
});

it("leaves a click with a modifier to the browser", () => {
  render(<><Where /><Link to="/orders">new tab</Link></>);
  const before = screen.getByRole("status").textContent;

  fireEvent.click(screen.getByText("new tab"), { ctrlKey: true });
  expect(screen.getByRole("status").textContent).toBe(before);
});

it.each([
  ["/checkout/1?a=b", "/checkout/1?a=b"],
  ["//evil.example/x", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  [null, "/"],
])("returns from sign-in to %s as %s", (asked, want) => {
  expect(localPath(asked)).toBe(want);
});
