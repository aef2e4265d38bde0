import { sentences } from '../../shared/text.ts';

export const say = sentences('console', {
  theConsole: { en: 'the console', ja: 'コンソール' },

  badName: { en: 'this cannot be a user name', ja: 'ユーザー名として使えません' },
  goodName: {
    en: 'Take up to 64 letters, digits, ".", "_" and "-"',
    ja: '英数字と「.」「_」「-」を使い、64文字以内にしてください',
  },
  passwordIsName: { en: 'the password is the user name', ja: 'パスワードがユーザー名と同じです' },
  passwordShort: {
    en: 'the password has fewer than {min} characters',
    ja: 'パスワードが {min} 文字未満です',
  },
  passwordLong: { en: 'the password has more than {max} characters', ja: 'パスワードが {max} 文字を超えています' },
  passwordEven: {
    en: 'the password is one or two characters over and over',
    ja: 'パスワードが1～2種類の文字の繰り返しです',
  },
  goodPassword: {
    en: 'Take a few words that nobody would put together',
    ja: '他人が思いつかない、いくつかの言葉の組み合わせにしてください',
  },
  tooMany: { en: 'there are {max} accounts already', ja: 'アカウントがすでに {max} 件あります' },
  removeSome: { en: 'Run: machimori console remove', ja: 'machimori console remove で不要なものを削除してください' },

  notBuilt: {
    en: 'The page of the console is not built. Run in the folder of Machimori: npm run build',
    ja: 'コンソールの画面がまだ作られていません。Machimoriのフォルダーで npm run build を実行してください',
  },
  wrongHost: { en: 'it is not called by this name', ja: 'この名前では呼び出せません' },
  nameIt: {
    en: 'Call it by its address, or add the name to names in [console]',
    ja: 'IPアドレスで開くか、設定の [console] の names に名前を加えてください',
  },
  notFound: { en: 'there is nothing at this address', ja: 'このアドレスには何もありません' },
  noAction: { en: 'there is no such action', ja: 'そのような操作はありません' },
  beginAtRoot: { en: 'Open the console at "/"', ja: 'コンソールは「/」から開いてください' },
  wrongMethod: { en: 'only {allow} is answered here', ja: 'ここでは {allow} だけに応答します' },
  otherSite: { en: "the request comes from another site's page", ja: 'ほかのサイトのページからの要求です' },
  wrongCsrf: {
    en: 'the request does not come from the page that was opened',
    ja: '開いた画面からの要求ではありません',
  },
  reload: { en: 'Load the page again', ja: '画面を再読み込みしてください' },
  tooLarge: { en: 'the request has more than {max} bytes', ja: '要求が {max} バイトを超えています' },
  inParts: { en: 'Do it in parts, or on the command line', ja: '分けて行うか、コマンドラインを使ってください' },

  locked: {
    en: 'too many attempts; the next one is possible in {seconds} {seconds:second|seconds}',
    ja: '試行が多すぎます。次は {seconds} 秒後に試せます',
  },
  waitThen: { en: 'Wait, then try again', ja: '少し待ってから、もう一度試してください' },
  wrongPassword: { en: 'the user name or the password is wrong', ja: 'ユーザー名またはパスワードが違います' },
  tryAgain: {
    en: 'Try again; a new password is set on the machine with: machimori console password',
    ja: 'もう一度試してください。パスワードは、機器の machimori console password で設定し直せます',
  },
  signedOut: { en: 'nobody is signed in here', ja: 'サインインしていません' },
  signInFirst: { en: 'Sign in', ja: 'サインインしてください' },
  notAllowed: { en: 'a viewer may only look', ja: '閲覧者には変更の権限がありません' },
  signInAsTechnician: { en: 'Sign in as a technician', ja: '技術者のアカウントでサインインしてください' },
  notHere: { en: 'this is not done in the console', ja: 'この操作はコンソールではできません' },
  onTheMachine: {
    en: 'Use the machimori command on the machine itself',
    ja: '機器の上で machimori コマンドを使ってください',
  },
  tooManyWatch: { en: 'too many pages are open', ja: '開いている画面が多すぎます' },
  closeSome: { en: 'Close some of them', ja: 'いくつか閉じてください' },
  busy: { en: 'too much is being asked at once', ja: '同時の操作が多すぎます' },
  auditUnwritable: {
    en: 'it cannot be written down who changes this, so nothing was changed ({why})',
    ja: '操作記録を書き込めないため、何も変更していません（{why}）',
  },
  checkDisk: { en: 'Check the disk: machimori doctor', ja: 'ディスクを確認してください: machimori doctor' },

  noAccount: {
    en: 'it has no account yet: machimori console password',
    ja: 'アカウントがまだありません（machimori console password で作成）',
  },
});
