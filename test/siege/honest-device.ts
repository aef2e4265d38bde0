/**
 * An MQTT device that publishes at an even pace, whatever becomes of its connection, and knows how long each acknowledgement
 * took. What is still unanswered counts with its age.
 */
import { connect, type MqttClient } from 'mqtt';

const everyMs = 50;
const againMs = 200;

export class HonestDevice {
  /** In ms, in the order in which they came. */
  readonly #latencies: number[] = [];
  readonly #unanswered = new Map<number, number>();
  readonly #client: MqttClient;
  readonly #timer: NodeJS.Timeout;
  #next = 1;
  reconnections = -1;

  constructor(options: { port: number; username: string; password: string; clientId: string; topic: string }) {
    const { port, topic, ...login } = options;
    this.#client = connect(`mqtt://127.0.0.1:${port}`, { ...login, reconnectPeriod: againMs });
    this.#client.on('connect', () => this.reconnections++);
    this.#client.on('error', () => {}); // it connects again
    this.#timer = setInterval(() => this.#publish(topic), everyMs);
  }

  /** Since the last call. */
  latencies(): number[] {
    const now = performance.now();
    return [...this.#latencies.splice(0), ...[...this.#unanswered.values()].map((since) => now - since)];
  }

  get acknowledged(): number {
    return this.#next - 1 - this.#unanswered.size;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client.end(true);
  }

  #publish(topic: string): void {
    const n = this.#next++;
    const since = performance.now();
    this.#unanswered.set(n, since);
    this.#client.publish(topic, JSON.stringify({ n }), { qos: 1 }, (fault) => {
      if (fault) return; // it was stopped
      this.#unanswered.delete(n);
      this.#latencies.push(performance.now() - since);
    });
  }
}
