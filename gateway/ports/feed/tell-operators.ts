/**
 * The operators' list on its way to the gateways: to each when its birth comes, and to all when there is another list.
 * Bound: `maxTold` gateways by one door; to those beyond it the list goes only with their births.
 */
import { formatTopic, type Origin } from '../../../shared/feed/topics.ts';
import type { SignedOperators } from '../port.ts';

const maxTold = 50_000;

export interface OperatorsTold {
  born(from: Origin): void;
  /** It is turned away. */
  forget(from: Origin): void;
  /** To whoever was born before anything could be published. */
  tellAll(): void;
  close(): void;
}

export function tellOperators(
  operators: SignedOperators,
  publish: (topic: string, bytes: Uint8Array) => void,
): OperatorsTold {
  /** By topic. */
  const told = new Set<string>();
  const topicOf = ({ tenant, gateway }: Origin) => formatTopic({ tenant, gateway, message: 'operators' });
  const tell = (topic: string) => {
    const list = operators.current;
    if (list !== undefined) publish(topic, list.bytes);
  };
  const tellAll = () => {
    for (const topic of told) tell(topic);
  };
  const close = operators.onChanged(tellAll);
  return {
    born(from) {
      const topic = topicOf(from);
      if (told.size < maxTold) told.add(topic);
      tell(topic);
    },
    forget: (from) => void told.delete(topicOf(from)),
    tellAll,
    close,
  };
}
