/** Registers a device by what its label says. Keys go in and are never shown again; what is wrong, the gateway says. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import { Done, Trouble, useDoing } from '../parts.tsx';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { say } from '../words.ts';
import type { Registered, Stranger } from './answers.ts';

const VERSIONS = ['1.0.2', '1.0.3', '1.0.4', '1.1'];
type Activation = 'otaa' | 'abp' | 'chirpstack';

/** Which keys a device needs (LoRaWAN 1.0.4 §6, 1.1 §6). */
function keysOf(activation: Activation, version: string): readonly string[] {
  if (activation === 'chirpstack') return [];
  if (activation === 'otaa') return version === '1.1' ? ['appKey', 'nwkKey'] : ['appKey'];
  return version === '1.1' ? ['fNwkSIntKey', 'sNwkSIntKey', 'nwkSEncKey', 'appSKey'] : ['nwkSKey', 'appSKey'];
}

/** As labels print them: proper names, the same in every language. */
const KEY_NAMES: Readonly<Record<string, string>> = {
  appKey: 'AppKey',
  nwkKey: 'NwkKey',
  nwkSKey: 'NwkSKey',
  appSKey: 'AppSKey',
  fNwkSIntKey: 'FNwkSIntKey',
  sNwkSIntKey: 'SNwkSIntKey',
  nwkSEncKey: 'NwkSEncKey',
};

interface RegisterOptions {
  readonly stranger: Partial<Stranger>;
  readonly registered: readonly Registered[];
  readonly close: () => void;
  readonly added: () => void;
}

export function Register({ stranger, registered, close, added }: RegisterOptions) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { isBusy, trouble, done, act } = useDoing();
  const [activation, setActivation] = useState<Activation>(
    stranger.joinEui === undefined && stranger.devEui !== undefined ? 'chirpstack' : 'otaa',
  );
  const [version, setVersion] = useState('1.0.4');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.scrollIntoView();
    heading.current?.focus();
  }, []);
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? '').trim();
    const filled = (...names: string[]) =>
      Object.fromEntries(names.flatMap((name) => (text(name) === '' ? [] : [[name, text(name)]])));
    const device = {
      ...filled(
        'id',
        'project',
        'profile',
        'devEui',
        ...(activation === 'otaa' ? ['joinEui'] : []),
        ...(activation === 'abp' ? ['devAddr'] : []),
      ),
      ...{ activation, version },
      keys: filled(...keysOf(activation, version)),
      ...(text('place') === '' ? {} : { place: { name: text('place') } }),
    };
    return act(async () => {
      await door.json('add-devices', { devices: [device] });
      form.reset();
      added();
      return say.added({ id: text('id') });
    });
  };
  return (
    <section class="card" aria-labelledby="register">
      <h2 id="register" tabIndex={-1} ref={heading}>
        {say.registerTitle()[language]}
      </h2>
      <form onSubmit={submit} autocomplete="off">
        <Choice
          name={say.activation()}
          value={activation}
          values={['otaa', 'abp', 'chirpstack']}
          change={(value) => setActivation(value as Activation)}
        />
        <Choice name={say.version()} value={version} values={VERSIONS} change={setVersion} />
        <Field name="id" label={say.deviceId()} hint={say.deviceIdHint()} />
        <Field name="project" label={say.project()} known={registered.map(({ project }) => project)} />
        <Field name="profile" label={say.profile()} known={registered.map(({ profile }) => profile)} />
        <Field name="devEui" label="DevEUI" value={stranger.devEui} />
        {activation === 'otaa' && <Field name="joinEui" label={say.joinEui()} value={stranger.joinEui} />}
        {activation === 'abp' && <Field name="devAddr" label="DevAddr" />}
        {keysOf(activation, version).map((name) => (
          <Field key={name} name={name} label={KEY_NAMES[name] ?? name} />
        ))}
        <Field name="place" label={say.placeName()} isOptional />
        <Trouble text={trouble} />
        <Done text={done} />
        <div class="actions">
          <button type="submit" class="main" disabled={isBusy}>
            {say.register()[language]}
          </button>
          <button type="button" onClick={close}>
            {say.close()[language]}
          </button>
        </div>
      </form>
    </section>
  );
}

interface ChoiceOptions {
  readonly name: Text;
  readonly value: string;
  readonly values: readonly string[];
  readonly change: (value: string) => void;
}

function Choice({ name, value, values, change }: ChoiceOptions) {
  const language = useLanguage();
  return (
    <label class="field">
      <span>{name[language]}</span>
      <select value={value} onChange={({ currentTarget }) => change(currentTarget.value)}>
        {values.map((each) => (
          <option key={each} value={each}>
            {each === 'chirpstack' ? 'ChirpStack' : each.toUpperCase()}
          </option>
        ))}
      </select>
    </label>
  );
}

interface FieldOptions {
  readonly name: string;
  readonly label: Text | string;
  readonly hint?: Text;
  readonly value?: string | undefined;
  /** What others have, to choose from. */
  readonly known?: readonly string[];
  readonly isOptional?: boolean;
}

function Field({ name, label, hint, value, known = [], isOptional = false }: FieldOptions) {
  const language = useLanguage();
  const choices = [...new Set(known)].slice(0, 50);
  return (
    <label class="field">
      <span>
        {typeof label === 'string' ? label : label[language]}
        {isOptional && <small> {say.optional()[language]}</small>}
      </span>
      <input
        name={name}
        defaultValue={value}
        required={!isOptional}
        autocapitalize="none"
        autocomplete="off"
        spellcheck={false}
        list={choices.length > 0 ? `${name}-known` : undefined}
      />
      {choices.length > 0 && (
        <datalist id={`${name}-known`}>
          {choices.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {hint !== undefined && <small>{hint[language]}</small>}
    </label>
  );
}
