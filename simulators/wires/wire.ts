/** The far end of a line: what a simulated device has in its hand while the gateway holds the near end. */
export interface Wire {
  /** What the gateway opens: a device file or `tcp://host:port`. */
  readonly path: string;
  /**
   * Puts bytes on the line at once, as the device would: nothing waits for a reader. Pass one whole frame a call.
   * True if they went out whole and unspoiled while somebody had the near end open; bytes that did not are lost.
   */
  write(bytes: Uint8Array): boolean;
  /** Hears what the gateway writes, until the returned function is called. */
  onBytes(listener: (bytes: Uint8Array) => void): () => void;
  /** Pulls the plug: whoever has the near end open is hung up on. */
  unplug(): void;
  /** Puts the plug back: the gateway can open the path again. */
  replug(): Promise<void>;
  /** Pulls the plug for good. */
  close(): Promise<void>;
}
