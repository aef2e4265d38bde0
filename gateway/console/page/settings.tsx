/** Language, who is signed in, the certificate's fingerprint, and which release runs. */
import { LANGUAGES } from '../../../shared/text.ts';
import { Fact, Title, Trouble, useDoing } from './parts.tsx';
import { useLanguage, useSignedIn, useSpeak } from './surroundings.tsx';
import { say } from './words.ts';

export function Settings() {
  const language = useLanguage();
  const { door } = useSignedIn();
  const { isBusy, trouble, act } = useDoing();
  const { user, role, gateway, tenant, version, fingerprint } = door.session;
  const leave = () =>
    act(async () => {
      await door.leave();
      return undefined;
    });
  return (
    <>
      <Title>{say.settings()[language]}</Title>
      <Languages />
      <section class="card">
        <h2>{say.signedInAs()[language]}</h2>
        <p>
          <strong>{user}</strong> · {(role === 'technician' ? say.technician : say.viewer)()[language]}
        </p>
        <button type="button" disabled={isBusy} onClick={leave}>
          {say.signOut()[language]}
        </button>
        <Trouble text={trouble} />
      </section>
      <section class="card">
        <h2>{say.thisGateway()[language]}</h2>
        <dl class="facts">
          <Fact name={say.gateway()}>{gateway}</Fact>
          <Fact name={say.tenant()}>{tenant}</Fact>
          <Fact name={say.release()}>{version}</Fact>
          {fingerprint !== undefined && (
            <Fact name={say.fingerprint()}>
              <code>{fingerprint}</code>
              <p class="small">{say.fingerprintNote()[language]}</p>
            </Fact>
          )}
        </dl>
      </section>
    </>
  );
}

/** Each language in its own words. */
export function Languages() {
  const language = useLanguage();
  const speak = useSpeak();
  return (
    <fieldset class="languages">
      <legend>{say.language()[language]}</legend>
      {LANGUAGES.map((each) => (
        <label key={each} lang={each} class="check">
          <input type="radio" name="language" checked={each === language} onChange={() => speak(each)} />
          {say.thisLanguage()[each]}
        </label>
      ))}
    </fieldset>
  );
}
