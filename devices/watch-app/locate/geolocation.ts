/** The place as a browser or WebView knows it (W3C Geolocation). */
import type { Locate } from '../core/surroundings.ts';

export interface Geolocation {
  getCurrentPosition(
    found: (position: {
      readonly coords: { readonly latitude: number; readonly longitude: number; readonly accuracy: number };
    }) => void,
    failed: () => void,
    options: { readonly enableHighAccuracy: boolean; readonly maximumAge: number; readonly timeout: number },
  ): void;
}

/** A place of so long ago still holds. */
const maxAgeMs = 15_000;
const timeoutMs = 20_000;

/** `geolocation`: the platform's `navigator.geolocation`. */
export function geolocation(geolocation: Geolocation): Locate {
  return () =>
    new Promise((resolve) => {
      geolocation.getCurrentPosition(
        ({ coords: { latitude, longitude, accuracy } }) => resolve({ lat: latitude, lon: longitude, accuracy }),
        () => resolve(undefined),
        { enableHighAccuracy: true, maximumAge: maxAgeMs, timeout: timeoutMs },
      );
    });
}
