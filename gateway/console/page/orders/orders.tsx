/** Orders: at a hub those that it has given, with a form and the roll-out; at a gateway those that it has taken. Asked again while it is looked at. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { say as sayState } from '../../../../shared/orders/states-words.ts';
import type { Text } from '../../../../shared/text.ts';
import type { ListedOrder, TakenOrder } from '../../../control/order-actions.ts';
import type { OrderForm } from '../../../control/order-fields.ts';
import type { RollOutSight } from '../../../hub/roll-out.ts';
import { type Door, Refused } from '../door.ts';
import { Ago, Fact, Title, Trouble, useAnswer } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { NewOrder } from './new-order.tsx';
import { RollOutCard } from './roll-out.tsx';
import { say as sayTitles } from './titles-words.ts';
import { say } from './words.ts';

const maxShown = 50;
const lookEveryMs = 3_000;

interface Seen {
  /** Undefined at a gateway that is no hub. */
  readonly given: readonly ListedOrder[] | undefined;
  readonly rollOut: RollOutSight | null;
  readonly taken: readonly TakenOrder[];
}

export function OrdersPage() {
  const language = useLanguage();
  const { door } = useSignedIn();
  const [round, setRound] = useState(0);
  const { answer, trouble, again } = useAnswer(() => look(door), round);
  const forms = useAnswer(() => door.lines<OrderForm>('list-actions', {}, 100), 'once');
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setRound((last) => last + 1);
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  const given = answer?.given;
  return (
    <>
      <Title>{sayTitles.title()[language]}</Title>
      <Trouble text={trouble} />
      {given !== undefined && (
        <>
          <p>{say.lead()[language]}</p>
          {door.mayChange && <NewOrder forms={forms.answer ?? []} ordered={again} />}
          {answer?.rollOut && <RollOutCard sight={answer.rollOut} changed={again} />}
          <section aria-labelledby="given">
            <h2 id="given">{say.given()[language]}</h2>
            {given.length === 0 && <p>{say.noneGiven()[language]}</p>}
            <ul class="cards">
              {given.slice(0, maxShown).map((order) => (
                <GivenCard key={order.id} order={order} />
              ))}
            </ul>
            {given.length > maxShown && <p class="small">{say.more({ count: maxShown })[language]}</p>}
          </section>
        </>
      )}
      {answer !== undefined && (given === undefined || answer.taken.length > 0) && (
        <section aria-labelledby="taken">
          <h2 id="taken">{say.taken()[language]}</h2>
          <p>{say.takenLead()[language]}</p>
          {answer.taken.length === 0 && <p>{say.noneTaken()[language]}</p>}
          <ul class="cards">
            {answer.taken.map((order) => (
              <TakenCard key={order.id} order={order} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

async function look(door: Door): Promise<Seen> {
  const taken = await door.lines<TakenOrder>('list-taken-orders', {}, maxShown);
  try {
    const given = await door.lines<ListedOrder>('list-orders', { max: maxShown + 1 }, maxShown + 1);
    return { given, taken, rollOut: await door.json<RollOutSight | null>('roll-out', {}) };
  } catch (fault) {
    if (fault instanceof Refused && fault.code === 'not-a-hub') return { given: undefined, taken, rollOut: null };
    throw fault;
  }
}

function GivenCard({ order }: { readonly order: ListedOrder }) {
  const { tenant, gateway, device, action, state, by, issuedAt, expiresAt, file, result } = order;
  const whom = [tenant, gateway, ...(device === undefined ? [] : [device])].join('/');
  return (
    <OrderCard action={action} whom={whom} state={state} why={result?.text} details={result?.details}>
      <Fact name={say.by()}>{by}</Fact>
      <Fact name={say.at()}>
        <Ago at={issuedAt} />
      </Fact>
      {state === 'waiting' && (
        <Fact name={say.until()}>
          <Moment at={expiresAt} />
        </Fact>
      )}
      {file !== undefined && (
        <Fact name={say.file()}>
          <code>{file}</code>
        </Fact>
      )}
    </OrderCard>
  );
}

function TakenCard({ order: { action, device, by, key, expiresAt, result } }: { readonly order: TakenOrder }) {
  const state = result?.outcome ?? 'begun';
  return (
    <OrderCard action={action} whom={device} state={state} why={result?.text} details={result?.details}>
      <Fact name={say.by()}>{by}</Fact>
      <Fact name={say.key()}>{key}</Fact>
      <Fact name={result?.at === undefined ? say.until() : say.result()}>
        <Moment at={result?.at ?? expiresAt} />
      </Fact>
    </OrderCard>
  );
}

interface Card {
  readonly action: string;
  readonly whom: string | undefined;
  readonly state: string;
  readonly why: Text | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly children: ComponentChildren;
}

function OrderCard({ action, whom, state, why, details = {}, children }: Card) {
  const language = useLanguage();
  return (
    <li class="card order">
      <h3>
        <code>{action}</code> {whom}
      </h3>
      <p class="states">
        <StateBadge state={state} />
      </p>
      {why !== undefined && <p class="why">{why[language]}</p>}
      <dl class="facts">
        {children}
        {Object.entries(details).map(([name, value]) => (
          <Fact key={name} name={{ code: name, en: name, ja: name }}>
            {String(value)}
          </Fact>
        ))}
      </dl>
    </li>
  );
}

const STATES: Readonly<Record<string, readonly [sign: string, word: () => Text, look: string]>> = {
  waiting: ['◔', sayState.waiting, 'open'],
  begun: ['◔', sayState.begun, 'open'],
  done: ['✓', sayState.done, 'reporting'],
  refused: ['✕', sayState.refused, 'closed'],
  failed: ['✕', sayState.failed, 'closed'],
  expired: ['○', sayState.expired, 'silent'],
  interrupted: ['?', sayState.interrupted, 'silent'],
  unanswered: ['?', sayState.unanswered, 'silent'],
};

function StateBadge({ state }: { readonly state: string }) {
  const language = useLanguage();
  const [sign, word, look] = STATES[state] ?? ['?', sayState.unanswered, 'silent'];
  return (
    <span class={`badge ${look}`}>
      <span aria-hidden="true">{sign} </span>
      {word()[language]}
    </span>
  );
}

function Moment({ at }: { readonly at: number }) {
  const language = useLanguage();
  return <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleString(language)}</time>;
}
