/** What differs between the world's LoRaWAN bands (LoRa Alliance RP002, Regional Parameters). */

/** How a frame travels on the air. */
export type Modulation =
  | {
      readonly kind: 'lora';
      readonly spreadingFactor: 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;
      readonly bandwidthHz: 125_000 | 250_000 | 500_000;
    }
  | { readonly kind: 'fsk'; readonly bitRate: number };
