/** lora-packet 0.9.3, the independent implementation that ours is held against. */
import imported from 'lora-packet';

/** Its types tell of a default export, but what it exports is that object itself. */
export const loraPacket = imported as unknown as typeof imported.default;
export type LoraPacket = ReturnType<typeof loraPacket.fromWire>;
