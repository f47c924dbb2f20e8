/** What a pattern such as `/events/:id` found in a path. */
export type PathParams = Record<string, string>;

/** Returns the decoded parameters when path fits the pattern, otherwise null. A trailing slash makes no difference. */
export function matchPath(pattern: string, path: string): PathParams | null {
  const want = segments(pattern);
  const got = segments(path);
  if (want.length !== got.length) return null;

  const params: PathParams = {};
  for (const [i, segment] of want.entries()) {
    const value = got[i] ?? "";
    if (!segment.startsWith(":")) {
      if (segment !== value) return null;
      continue;
    }
    const decoded = decode(value);
    if (decoded === null) return null;
    params[segment.slice(1)] = decoded;
  }
  return params;
}

function segments(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
