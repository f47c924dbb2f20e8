import { createClient } from "@composable-go/client";
import { ClientProvider } from "@composable-go/client/react";
import { renderToString } from "react-dom/server";
import { SeatPicker } from "./app.js";

export function render(): string {
  const client = createClient({ url: "/api" }); // one per request
  return renderToString(
    <ClientProvider client={client}>
      <SeatPicker event="7" />
    </ClientProvider>,
  );
}
