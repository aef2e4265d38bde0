/** Name and password. What is wrong is said without telling which of the two it is. */
import type { Text } from '../../../shared/text.ts';
import { signIn } from './door.ts';
import { Title, Trouble, useDoing } from './parts.tsx';
import { Languages } from './settings.tsx';
import { useLanguage } from './surroundings.tsx';
import { say } from './words.ts';

export function SignIn({
  signedIn,
  notice,
}: {
  readonly signedIn: () => Promise<void>;
  readonly notice: Text | undefined;
}) {
  const language = useLanguage();
  const { isBusy, trouble, act } = useDoing();
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    return act(async () => {
      await signIn(String(given.get('user') ?? ''), String(given.get('password') ?? ''));
      form.reset();
      await signedIn();
      return undefined;
    });
  };
  return (
    <main class="sign-in">
      <Title>{say.signInTitle()[language]}</Title>
      <p class="lead">{say.signInLead()[language]}</p>
      <div role="status">{notice !== undefined && <p class="notice">{notice[language]}</p>}</div>
      <form class="card" onSubmit={submit}>
        <label class="field">
          <span>{say.user()[language]}</span>
          <input name="user" required autocomplete="username" autocapitalize="none" spellcheck={false} />
        </label>
        <label class="field">
          <span>{say.password()[language]}</span>
          <input name="password" type="password" required autocomplete="current-password" />
        </label>
        <Trouble text={trouble} />
        <button type="submit" class="main" disabled={isBusy}>
          {(isBusy ? say.signingIn : say.signIn)()[language]}
        </button>
      </form>
      <Languages />
    </main>
  );
}
