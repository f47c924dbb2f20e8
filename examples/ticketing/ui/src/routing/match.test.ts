import { describe, expect, it } from "vitest";
import { matchPath } from "./match";

describe("matchPath", () => {
  it.each([
    ["/", "/", {}],
    ["/events/:id", "/events/42", { id: "42" }],
    ["/events/:id", "/events/42/", { id: "42" }],
    ["/events/:id", "/events/a%20b", { id: "a b" }],
    ["/a/:x/b/:y", "/a/1/b/2", { x: "1", y: "2" }],
  ])("%s takes %s", (pattern, path, want) => {
    expect(matchPath(pattern, path)).toEqual(want);
  });

  it.each([
    ["/events/:id", "/events"],
    ["/events/:id", "/events/1/2"],
    ["/events", "/tickets"],
    ["/events/:id", "/events/%zz"],
  ])("%s refuses %s", (pattern, path) => {
    expect(matchPath(pattern, path)).toBeNull();
  });
});
