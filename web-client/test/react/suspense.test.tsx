// @vitest-environment jsdom
import { act } from "@testing-library/react";
import { Component, Suspense, type ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { useSuspenseQuery } from "../../src/react/index.js";
import type { TestServer } from "../server.js";
import { controlTime, until } from "../setup.js";
import { complaints, startApp } from "./setup.js";

function Count({ of = "a" }: { of?: string }) {
  const { data, error } = useSuspenseQuery("count", { of });
  return <b>{[data, error?.code].join(" ")}</b>;
}

const Waiting = ({ children }: { children: ReactNode }) => <Suspense fallback="…">{children}</Suspense>;

class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render() {
    const { error } = this.state;
    return error ? <button onClick={() => this.setState({ error: undefined })}>{error.message}</button> : this.props.children;
  }
}

const running = (server: TestServer) => [...server.sockets][0]?.queries.size;
const passed = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

test("useSuspenseQuery waits for data, asks once for all components, stays live and stops with the last", async () => {
  controlTime();
  const { server, page } = await startApp();
  server.queries.count = () => ({ data: server.log.length });
  const { container, unmount } = page(
    <>
      <Waiting>
        <Count />
        <Count />
      </Waiting>
      <Waiting>
        <Count />
      </Waiting>
    </>,
  );
  expect(container.textContent).toBe("……");
  await until(() => container.textContent === "0 0 0 ");
  server.publish("a");
  await until(() => container.textContent === "1 1 1 ");
  expect(server.framesOf("query")).toHaveLength(1);
  await passed(10_000);
  expect(running(server)).toBe(1);
  unmount();
  await until(() => running(server) === 0);
});

test("an answer that nobody came back for is let go", async () => {
  controlTime();
  const { server, page } = await startApp();
  server.queries.count = () => ({ data: 1 });
  const { unmount } = page(
    <Waiting>
      <Count />
    </Waiting>,
  );
  unmount();
  await until(() => running(server) === 1);
  await passed(10_000);
  await until(() => running(server) === 0);
});

test("other params suspend again, and what they replace is ended", async () => {
  const { server, page } = await startApp();
  server.queries.count = (params) => ({ data: (params as { of: string }).of.length });
  const { container, rerender } = page(
    <Waiting>
      <Count of="a" />
    </Waiting>,
  );
  await until(() => container.textContent === "1 ");
  rerender(
    <Waiting>
      <Count of="bb" />
    </Waiting>,
  );
  await until(() => container.textContent === "2 ");
  expect(server.framesOf("query").map(({ params }) => params)).toEqual([{ of: "a" }, { of: "bb" }]);
});

test("a first answer that is an error goes to the error boundary, which can try again", async () => {
  controlTime();
  const complained = complaints();
  const { server, page } = await startApp();
  server.queries.count = () => ({ code: "forbidden", message: "Not yours" });
  const { container } = page(
    <Boundary>
      <Waiting>
        <Count />
      </Waiting>
    </Boundary>,
  );
  await until(() => container.textContent === "Not yours");
  expect(server.framesOf("query")).toHaveLength(1);
  expect(complained).toHaveBeenCalled();
  await passed(1_000);
  server.queries.count = () => ({ data: 7 });
  act(() => container.querySelector("button")?.click());
  await until(() => container.textContent === "7 ");
  expect(server.framesOf("query")).toHaveLength(2);
});

test("a server that is too busy at first is asked again, behind the fallback", async () => {
  const { server, page } = await startApp();
  let asked = 0;
  server.queries.count = () => (++asked < 3 ? { code: "overloaded", message: "busy" } : { data: asked });
  const { container } = page(
    <Waiting>
      <Count />
    </Waiting>,
  );
  await until(() => container.textContent === "3 ");
  expect(server.framesOf("query")).toHaveLength(3);
});

test("a later error is shown beside the data", async () => {
  let broken = false;
  const { server, page } = await startApp();
  server.queries.count = () => (broken ? { code: "forbidden", message: "no" } : { data: 1 });
  const { container } = page(
    <Waiting>
      <Count />
    </Waiting>,
  );
  await until(() => container.textContent === "1 ");
  broken = true;
  server.publish("a");
  await until(() => container.textContent === "1 forbidden");
});
