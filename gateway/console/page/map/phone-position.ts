/** Where the device is that shows this page, as its browser tells. Browsers tell it only over TLS, or of the machine itself. */
import type { Text } from '../../../../shared/text.ts';
import type { Place } from './spots.ts';
import { say } from './words.ts';

export interface PhonePlace extends Place {
  /** Within which it is with 95 % (W3C Geolocation §6.2). */
  readonly accuracyM: number;
  /** Epoch ms. */
  readonly at: number;
}

type Found =
  | { readonly place: PhonePlace; readonly trouble?: never }
  | { readonly place?: never; readonly trouble: Text };

/** Under open sky a first fix takes half a minute at most. */
const withinMs = 30_000;
const OPTIONS: PositionOptions = { enableHighAccuracy: true, timeout: withinMs, maximumAge: 2_000 };

export function whereThisIs(): Promise<Found> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve({ trouble: say.locationNone() });
    navigator.geolocation.getCurrentPosition(
      (position) => resolve({ place: placeIn(position) }),
      (fault) => resolve({ trouble: troubleIn(fault) }),
      OPTIONS,
    );
  });
}

/** Tells each position until the returned function is called. */
export function followThis(told: (found: Found) => void): () => void {
  if (!('geolocation' in navigator)) {
    told({ trouble: say.locationNone() });
    return () => {};
  }
  const id = navigator.geolocation.watchPosition(
    (position) => told({ place: placeIn(position) }),
    (fault) => told({ trouble: troubleIn(fault) }),
    OPTIONS,
  );
  return () => navigator.geolocation.clearWatch(id);
}

function placeIn({ coords, timestamp }: GeolocationPosition): PhonePlace {
  return { lat: coords.latitude, lon: coords.longitude, accuracyM: coords.accuracy, at: timestamp };
}

function troubleIn({ code, PERMISSION_DENIED }: GeolocationPositionError): Text {
  return code === PERMISSION_DENIED ? say.locationDenied() : say.locationNone();
}
