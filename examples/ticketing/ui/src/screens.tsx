import type { ReactNode } from "react";
import { AccountPage } from "./account/account-page";
import { GoodbyePage } from "./account/goodbye-page";
import { RequireAdmin } from "./account/require-admin";
import { RequireSession } from "./account/require-session";
import { SecurityPage } from "./account/security-page";
import { SignInPage } from "./account/sign-in-page";
import { SignUpPage } from "./account/sign-up-page";
import { AdminPage } from "./admin/admin-page";
import { CheckoutPage } from "./checkout/checkout-page";
import { NotFound } from "./components/not-found";
import { EventPage } from "./events/event-page";
import { EventsPage } from "./events/events-page";
import { OrdersPage } from "./orders/orders-page";
import { TicketsPage } from "./orders/tickets-page";
import { ManagePage } from "./organise/manage-page";
import { NewEventPage } from "./organise/new-event-page";
import { OwnEventsPage } from "./organise/own-events-page";
import { matchPath, type PathParams } from "./routing/match";
import { UnderTheHoodPage } from "./under-the-hood/under-the-hood-page";

type Screen = (params: PathParams) => ReactNode;

const own = (screen: Screen): Screen => (params) => <RequireSession>{screen(params)}</RequireSession>;

/** Every address of the box office; the first pattern that fits wins. */
const screens: [string, Screen][] = [
  ["/", () => <EventsPage />],
  ["/events/:id", ({ id = "" }) => <EventPage id={id} />],
  ["/checkout/:reservation", own(({ reservation = "" }) => <CheckoutPage id={reservation} />)],
  ["/tickets", own(() => <TicketsPage />)],
  ["/orders", own(() => <OrdersPage />)],
  ["/orders/:reservation/under-the-hood", own(({ reservation = "" }) => <UnderTheHoodPage id={reservation} />)],
  ["/sign-in", () => <SignInPage />],
  ["/sign-up", () => <SignUpPage />],
  ["/account", own(() => <AccountPage />)],
  ["/account/security", own(() => <SecurityPage />)],
  ["/goodbye", () => <GoodbyePage />],
  ["/admin", () => <RequireAdmin><AdminPage /></RequireAdmin>],
  ["/organise", own(() => <OwnEventsPage />)],
  ["/organise/new", own(() => <NewEventPage />)],
  ["/organise/:id", own(({ id = "" }) => <ManagePage id={id} />)],
];

export function screenOf(pathname: string): ReactNode {
  for (const [pattern, screen] of screens) {
    const params = matchPath(pattern, pathname);
    if (params) return screen(params);
  }
  return <NotFound />;
}
