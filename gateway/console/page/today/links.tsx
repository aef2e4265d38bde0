/** What waits on the disk, and each way onward: whether it is connected, why not, and what it last acknowledged. */
import { bytesText, numberText, spanText } from '../format.ts';
import { Ago, Fact } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useLive, useNames } from '../surroundings.tsx';
import { say } from '../words.ts';
import { NextAttempt } from './next-attempt.tsx';

export function BufferCard() {
  const language = useLanguage();
  const buffer = useLive(({ status }) => status?.buffer);
  const oldestMs = useLive(({ status }) =>
    Math.max(-1, ...Object.values(status?.destinations ?? {}).map(({ oldestWaitingMs = -1 }) => oldestWaitingMs)),
  );
  if (buffer === undefined) return null;
  const waiting = Object.values(buffer.outboxes).reduce(
    (sum, each) => sum + each.waiting.urgent + each.waiting.routine,
    0,
  );
  return (
    <section aria-labelledby="buffer">
      <h2 id="buffer">{say.buffer()[language]}</h2>
      <div class="card">
        <Used />
        <dl class="facts">
          <Fact name={say.waitingBatches()}>{numberText(waiting)}</Fact>
          <Fact name={say.oldest()}>{oldestMs < 0 ? say.nothingWaits()[language] : spanText(oldestMs)[language]}</Fact>
          <Fact name={say.openReadings()}>{numberText(buffer.open)}</Fact>
          {buffer.held > 0 && <Fact name={say.held()}>{numberText(buffer.held)}</Fact>}
          {buffer.dropped > 0 && <Fact name={say.dropped()}>{numberText(buffer.dropped)}</Fact>}
        </dl>
        <a class="touch" href={hrefOf({ page: 'buffer' })}>
          {say.details()[language]}
        </a>
      </div>
    </section>
  );
}

/** How much of its room the buffer uses. */
export function Used() {
  const language = useLanguage();
  const used = useLive(({ status }) => status?.buffer.usedBytes ?? 0);
  const max = useLive(({ status }) => status?.buffer.maxBytes ?? 0);
  const text = say.usedOf({
    used: bytesText(used),
    max: bytesText(max),
    percent: max === 0 ? 0 : Math.round((used / max) * 100),
  })[language];
  return (
    <p class="used">
      <meter min={0} max={max} value={used} high={max * 0.9} aria-label={say.usedRoom()[language]} />
      <span>{text}</span>
    </p>
  );
}

export function Links() {
  const language = useLanguage();
  const names = useNames(({ destinations }) => destinations) ?? [];
  return (
    <section aria-labelledby="links">
      <h2 id="links">
        {say.links()[language]} <span class="count">{names.length}</span>
      </h2>
      {names.length === 0 && <p>{say.noLinks()[language]}</p>}
      <ul class="cards">
        {names.map((name) => (
          <LinkCard key={name} name={name} />
        ))}
      </ul>
    </section>
  );
}

function LinkCard({ name }: { readonly name: string }) {
  const language = useLanguage();
  const link = useLive(({ status }) => status?.destinations[name]);
  const outbox = useLive(({ status }) => status?.buffer.outboxes[name]);
  if (link === undefined) return null;
  const isConnected = link.state === 'connected';
  const { routine = 0, urgent = 0 } = outbox?.waiting ?? {};
  return (
    <li class={isConnected ? 'card link' : 'card link trouble'}>
      <h3>{name}</h3>
      <p class="states">
        <span class={`badge ${isConnected ? 'open' : 'closed'}`}>
          <span aria-hidden="true">{isConnected ? '● ' : '✕ '}</span>
          {(isConnected ? say.connected : say.disconnected)()[language]}
        </span>
      </p>
      {!isConnected && (
        <p class="why">
          {link.why?.[language]} <NextAttempt retry={link.retry} />
        </p>
      )}
      {link.unanswered > 0 && <p class="why">{link.whyUnanswered?.[language]}</p>}
      <dl class="facts">
        <Fact name={say.lastReceipt()}>
          <Ago at={link.lastReceiptAt} />
        </Fact>
        <Fact name={say.stored()}>{numberText(link.readingsStored)}</Fact>
        <Fact name={say.waitingBatches()}>{numberText(routine + urgent)}</Fact>
        {link.unanswered > 0 && <Fact name={say.unanswered()}>{numberText(link.unanswered)}</Fact>}
        {(outbox?.refused ?? 0) > 0 && (
          <Fact name={say.refused()}>
            <a class="touch" href={hrefOf({ page: 'buffer' })}>
              {numberText(outbox?.refused ?? 0)}
            </a>
          </Fact>
        )}
      </dl>
    </li>
  );
}
