/** Where things are; screens.tsx tells what is there. */
export const eventPath = (id: string) => `/events/${encodeURIComponent(id)}`;
export const checkoutPath = (reservation: string) => `/checkout/${encodeURIComponent(reservation)}`;
