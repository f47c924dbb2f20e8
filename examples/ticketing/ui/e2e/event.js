/** An event that the program came with: on sale, with numbered seats in its first section. */
export async function seededEvent(site) {
  const { items } = await (await fetch(`${site.url}/api/events?status=SalesOpen`)).json();
  const found = items.find(({ sections: [first] }) => first.kind === "numbered");
  if (!found) throw new Error("no seeded event with numbered seats is on sale");
  return found;
}

const day = 24 * 60 * 60 * 1000;

/**
 * An event on sale, a small hall and a place to stand, with its path and what asks the API as its organiser. He has
 * nothing else to do with the story.
 */
export async function eventOnSale(site, title = "The Last Departure") {
  const organise = await site.caller(`organiser-${crypto.randomUUID()}@example.com`);
  const from = new Date(Date.now() - day).toISOString();
  const event = await organise("/api/events", {
    title, description: "A concert on platform nine.", timezone: "Europe/Berlin", currency: "EUR",
    starts_at: new Date(Date.now() + 40 * day).toISOString(), ends_at: new Date(Date.now() + 40.1 * day).toISOString(),
    venue: { name: "Hall 1", address: "Platform 9" },
    sections: [
      { name: "Stalls", kind: "numbered", rows: [{ label: "A", seats: 6 }, { label: "B", seats: 8 }] },
      { name: "Standing", kind: "general", capacity: 200 },
    ],
    tiers: [
      { kind: "regular", section: "Stalls", price_cents: 4500, from },
      { kind: "regular", section: "Standing", price_cents: 2500, from },
    ],
  });
  await organise(`/api/events/${event.id}/publish`);
  await organise(`/api/events/${event.id}/open-sales`);
  return { path: `/events/${event.id}`, organise };
}
