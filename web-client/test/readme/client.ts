import { createClient } from "@composable-go/client";

export const client = createClient({ url: "/api" });
