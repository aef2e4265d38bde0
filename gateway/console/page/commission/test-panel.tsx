/** A test reading of a device, and what becomes of it at each destination, as it happens. */
import { useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import type { TestEvent, TestReceipt } from '../../../commission/answers.ts';
import { refusalOf } from '../door.ts';
import { Trouble } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say } from './test-words.ts';

type Begun = Extract<TestEvent, { event: 'begun' }>;
type OfDestination = Extract<TestEvent, { destination: string }>;

export function TestPanel({ device, ended }: { readonly device: string; readonly ended?: () => void }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const [events, setEvents] = useState<readonly TestEvent[]>([]);
  const [isBusy, setIsBusy] = useState(false);
  const [trouble, setTrouble] = useState<Text>();
  const send = async () => {
    setEvents([]);
    setTrouble(undefined);
    setIsBusy(true);
    let hasBegun = false;
    try {
      for await (const event of door.each<TestEvent>('send-test', { device })) {
        hasBegun = true;
        setEvents((before) => [...before, event]);
      }
    } catch (fault) {
      setTrouble(hasBegun ? say.cutShort() : refusalOf(fault));
    } finally {
      setIsBusy(false);
      ended?.();
    }
  };
  const begun = events.find((event): event is Begun => event.event === 'begun');
  return (
    <section class="test">
      <p>{say.lead()[language]}</p>
      <div class="actions">
        <button type="button" class={events.length === 0 ? 'main' : ''} disabled={isBusy} onClick={() => void send()}>
          {(isBusy ? say.onItsWay : begun === undefined ? say.send : say.sendAnother)()[language]}
        </button>
      </div>
      <div role="status" aria-live="polite">
        {begun !== undefined && <Destinations begun={begun} events={events} />}
      </div>
      <Trouble text={trouble} />
    </section>
  );
}

function Destinations({ begun, events }: { readonly begun: Begun; readonly events: readonly TestEvent[] }) {
  const language = useLanguage();
  const { destinations, others } = begun;
  const kept = events.find((event) => event.event === 'kept');
  if (destinations.length === 0) {
    return <p class="why">{(others.length === 0 ? say.noDestinations : say.nobodyTakes)()[language]}</p>;
  }
  return (
    <>
      {kept?.event === 'kept' && <p class="small">✓ {say.kept({ ms: kept.afterMs })[language]}</p>}
      <ul class="cards">
        {destinations.map((name) => (
          <Destination
            key={name}
            name={name}
            events={events.filter(
              (event): event is OfDestination => 'destination' in event && event.destination === name,
            )}
          />
        ))}
      </ul>
      {others.length > 0 && <p class="small">{say.othersTakeNone({ destinations: others.join(', ') })[language]}</p>}
    </>
  );
}

function Destination({ name, events }: { readonly name: string; readonly events: readonly OfDestination[] }) {
  const language = useLanguage();
  const last = events.at(-1);
  const numbered = events.findLast((event) => 'epoch' in event);
  const isStored = last?.event === 'receipt' && last.outcome === 'stored' && !last.isBrokersWord;
  const isBad = last?.event === 'none' || (last?.event === 'receipt' && last.outcome === 'refused');
  return (
    <li class={`card ${isBad ? 'trouble' : isStored ? 'well' : ''}`}>
      <h3>{name}</h3>
      <p class={isStored ? 'done' : isBad ? 'why' : ''}>
        <span aria-hidden="true">{isStored ? '✓ ' : isBad ? '✕ ' : '… '}</span>
        {(last === undefined ? say.waiting() : textOf(last))[language]}
      </p>
      {last?.event === 'none' && <p>{last.hint[language]}</p>}
      {last?.event === 'receipt' && last.outcome === 'refused' && <p>{say.refusedHint()[language]}</p>}
      {numbered !== undefined && 'epoch' in numbered && (
        <p class="small">{say.batch({ number: numbered.number, epoch: numbered.epoch })[language]}</p>
      )}
    </li>
  );
}

function textOf(event: OfDestination): Text {
  switch (event.event) {
    case 'sent':
      return say.sent({ ms: event.afterMs });
    case 'receipt':
      return receiptText(event);
    case 'waits': {
      const seconds = Math.round(event.afterMs / 1_000);
      return event.isConnected
        ? say.stillConnected({ seconds })
        : say.notConnected({ seconds, why: event.why ?? say.waiting() });
    }
    case 'none':
      return event.what;
  }
}

/** What a receipt says of a test. */
export function receiptText({ outcome, reason, afterMs: ms, isBrokersWord }: TestReceipt): Text {
  if (outcome === 'refused') return say.refused({ reason: reason ?? say.noReason() });
  return (isBrokersWord ? say.brokersWord : say.stored)({ ms });
}
