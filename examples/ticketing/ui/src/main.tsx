import "./styles/index.css";
import { createClient } from "@composable-go/client";
import { ClientProvider } from "@composable-go/client/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";

const client = createClient({ url: "/", socketPath: "/api/ws" });
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <ClientProvider client={client}>
      <App />
    </ClientProvider>
  </StrictMode>,
);
