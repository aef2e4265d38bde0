import type { ReceiveWindow, SendWindow } from '../../../gateway/ports/radio.ts';

/** A window of a station that may send in it unless told otherwise; `bookings` counts what it has booked and not given back. */
export function sendWindow(
  window: ReceiveWindow & { readonly powerDbm?: number },
  maySend = true,
): SendWindow & { readonly bookings: number } {
  let bookings = 0;
  return {
    powerDbm: 16,
    ...window,
    book() {
      if (maySend) bookings++;
      return maySend;
    },
    free() {
      bookings--;
    },
    get bookings() {
      return bookings;
    },
  };
}
