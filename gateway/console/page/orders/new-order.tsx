/** A form that gives an order: its fields are those of the action. It is asked once more before it is given. */
import { useId, useRef, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import type { OrderField, OrderForm } from '../../../control/order-fields.ts';
import { TextField } from '../commission/fields.tsx';
import { Refused } from '../door.ts';
import { Done, Trouble, useDoing } from '../parts.tsx';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { argumentsOf } from './arguments.ts';
import { say } from './words.ts';

/** Gateways that the field offers; any other can be written. */
const maxOffered = 500;
const maxTextLength = 65_536;

interface Given {
  readonly forms: readonly OrderForm[];
  readonly ordered: () => void;
}

export function NewOrder({ forms, ordered }: Given) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { isBusy, trouble, done, act } = useDoing();
  const [chosen, setChosen] = useState('');
  const [gateway, setGateway] = useState('');
  const [device, setDevice] = useState('');
  const [written, setWritten] = useState<Readonly<Record<string, string>>>({});
  const asking = useRef<HTMLDialogElement>(null);
  const form = forms.find(({ action }) => action === chosen) ?? forms[0];
  if (form === undefined) return null;
  const whom = form.place === 'device' ? `${gateway}/${device}` : gateway;
  const send = () => {
    asking.current?.close();
    return act(async () => {
      const [, tenant, id] = /^([^/]+)\/([^/]+)$/.exec(gateway.trim()) ?? [];
      if (tenant === undefined || id === undefined) throw new Refused(say.writeGateway());
      await door.json('send-order', {
        ...{ tenant, gateway: id, action: form.action },
        ...(form.place === 'device' && { device: device.trim() }),
        arguments: argumentsOf(form.fields, written),
      });
      setWritten({});
      ordered();
      return say.sent();
    });
  };
  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    asking.current?.showModal();
  };
  return (
    <details class="card" open={false}>
      <summary class="touch">{say.newOrder()[language]}</summary>
      <form onSubmit={ask}>
        <Choice
          label={say.action()}
          value={form.action}
          options={forms.map(({ action, summary }) => [action, say.actionNamed({ action, summary })[language]])}
          change={(next) => {
            setChosen(next);
            setWritten({});
          }}
        />
        <GatewayField value={gateway} change={setGateway} />
        {form.place === 'device' && <TextField label={say.device()} value={device} change={setDevice} maxLength={64} />}
        {form.fields.map((field) => (
          <ArgumentField
            key={`${form.action} ${field.name}`}
            field={field}
            isLong={form.action === 'configure'}
            value={written[field.name] ?? ''}
            change={(next) => setWritten({ ...written, [field.name]: next })}
          />
        ))}
        <div class="actions">
          <button type="submit" class="main" disabled={isBusy}>
            {say.send()[language]}
          </button>
        </div>
      </form>
      <Trouble text={trouble} />
      <Done text={done} />
      <dialog ref={asking} aria-labelledby="ask-order">
        <h2 id="ask-order">{say.sendTitle({ action: form.action, whom })[language]}</h2>
        <p>{say.sendNote()[language]}</p>
        <div class="actions">
          <button type="button" onClick={() => asking.current?.close()}>
            {say.leave()[language]}
          </button>
          <button type="button" class="main" onClick={send}>
            {say.send()[language]}
          </button>
        </div>
      </dialog>
    </details>
  );
}

/** Those that are enrolled are offered. */
function GatewayField({ value, change }: { readonly value: string; readonly change: (value: string) => void }) {
  const language = useLanguage();
  const list = useId();
  const names = useLive(({ status }) =>
    JSON.stringify((status?.gateways ?? []).slice(0, maxOffered).map(({ tenant, gateway }) => `${tenant}/${gateway}`)),
  );
  return (
    <label class="field">
      <span>{say.gateway()[language]}</span>
      <input
        list={list}
        required
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        maxLength={129}
        value={value}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
      <datalist id={list}>
        {(JSON.parse(names) as readonly string[]).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}

interface ArgumentOptions {
  readonly field: OrderField;
  readonly isLong: boolean;
  readonly value: string;
  readonly change: (value: string) => void;
}

function ArgumentField({ field: { name, kind, options = [], isNeeded }, isLong, value, change }: ArgumentOptions) {
  const language = useLanguage();
  const label = labelOf(name);
  if (kind === 'choice' || kind === 'flag') {
    const flags = [
      ['true', say.on()[language]],
      ['false', say.off()[language]],
    ] as const;
    const known = kind === 'flag' ? flags : options.map((option) => [option, option] as const);
    return <Choice label={label} value={value} options={[['', say.notChosen()[language]], ...known]} change={change} />;
  }
  return (
    <TextField
      {...{ label, value, change, isOptional: !isNeeded, maxLength: maxTextLength }}
      mode={kind === 'number' ? 'decimal' : 'text'}
      isLong={isLong && name === 'text'}
    />
  );
}

interface ChoiceOptions {
  readonly label: Text;
  readonly value: string;
  readonly options: readonly (readonly [value: string, shown: string])[];
  readonly change: (value: string) => void;
}

function Choice({ label, value, options, change }: ChoiceOptions) {
  const language = useLanguage();
  const name = useId();
  return (
    <div class="field">
      <label htmlFor={name}>
        <span>{label[language]}</span>
      </label>
      <select id={name} value={value} onChange={({ currentTarget }) => change(currentTarget.value)}>
        {options.map(([each, shown]) => (
          <option key={each} value={each}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
}

/** One that this page has no word for is called as the contract calls it. */
function labelOf(name: string): Text {
  const known: Readonly<Record<string, () => Text>> = {
    ...{ level: say.level, forMs: say.forMs, everyMs: say.everyMs, text: say.text, base: say.base },
    ...{ version: say.version, url: say.url, name: say.name, value: say.value, payload: say.payload },
    ...{ port: say.port, confirmed: say.confirmed },
  };
  return known[name]?.() ?? { code: name, en: name, ja: name };
}
