import { sentences } from '../../../shared/text.ts';

/** run, check, config. */
export const say = sentences('cli.run', {
  run: {
    en: 'run the gateway until a signal asks it to end',
    ja: 'ゲートウェイを実行（終了シグナルを受けるまで）',
  },
  runNote: {
    en: 'SIGINT, SIGTERM, SIGHUP (a terminal that closes), SIGQUIT and SIGUSR2 store what is pending and end it.',
    ja: 'SIGINT、SIGTERM、SIGHUP（端末の切断）、SIGQUIT、SIGUSR2を受けると、未保存の測定値を保存して終了します。',
  },

  runExit: {
    en: 'Exit code {code}: the configuration cannot be run. Starting again does not help, so the systemd unit does not.',
    ja: '終了コード {code}: 設定に誤りがあり、実行できません。再起動しても直らないため、systemdのユニットは再起動しません。',
  },

  check: {
    en: 'check configurations and their codecs; print each fault with its line and what to do',
    ja: '設定ファイルとコーデックを確認し、誤りを行番号と直し方つきで表示',
  },
  checkExit: {
    en: 'Exit code 0: each can be run (notes may be printed). 1: one cannot, or one of its codecs cannot, or a destination cannot be reached.',
    ja: '終了コード 0: すべて実行できます（注意が表示されることがあります）。1: 設定またはコーデックに誤りがあるか、送信先に接続できません。',
  },
  checkConnect: {
    en: 'also connect to each destination, and say what is there',
    ja: '各送信先にも接続し、何があるかを表示',
  },
  contactFound: { en: 'Destination "{destination}": {what}', ja: '送信先「{destination}」: {what}' },
  contactFailed: {
    en: 'Destination "{destination}" cannot be used: {what}',
    ja: '送信先「{destination}」を利用できません: {what}',
  },
  portFound: { en: 'Port "{port}": {what}', ja: 'ポート「{port}」: {what}' },
  portFailed: { en: 'Port "{port}" cannot be used: {what}', ja: 'ポート「{port}」を利用できません: {what}' },
  notAsked: { en: 'It is of a type that cannot be asked.', ja: 'この種類の送信先には問い合わせできません。' },
  checkNoted: {
    en: '{file}: good. {ports} {ports:port|ports}, {devices} {devices:device|devices}, {destinations} {destinations:destination|destinations}. {notes} {notes:note|notes} above.',
    ja: '{file}: 問題ありません。ポート{ports}個、機器{devices}台、送信先{destinations}か所。上の注意（{notes}件）も確認してください。',
  },
  checkGood: {
    en: '{file}: good. {ports} {ports:port|ports}, {devices} {devices:device|devices}, {destinations} {destinations:destination|destinations}.',
    ja: '{file}: 問題ありません。ポート{ports}個、機器{devices}台、送信先{destinations}か所。',
  },
  dataOfAnother: {
    en: 'the data belongs to another user ({owner}), whose gateway could not open what root writes there',
    ja: 'データは別のユーザー（{owner}）のものです。rootが書いたファイルは、そのユーザーのゲートウェイから開けなくなります',
  },
  runAsOwner: {
    en: 'Start the service: systemctl start machimori. Or run it as that user: sudo -u "#{owner}" machimori run {file}',
    ja: 'サービスを起動するか（systemctl start machimori）、そのユーザーで実行してください: sudo -u "#{owner}" machimori run {file}',
  },
  codecFault: { en: '{file}: profile "{profile}": {why}', ja: '{file}: プロファイル「{profile}」: {why}' },
  codecCannotRun: {
    en: 'the codec cannot be run ({why}). Correct it; machimori codec run tries it',
    ja: 'コーデックを実行できません（{why}）。修正してください。machimori codec run で試せます',
  },

  config: {
    en: 'print the whole default configuration with a comment on every setting',
    ja: '既定の設定を、全項目の説明つきで出力',
  },
});
