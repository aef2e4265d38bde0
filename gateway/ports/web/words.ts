import { sentences } from '../../../shared/text.ts';

export const say = sentences('web', {
  type: {
    en: 'A document of an outside source on the web (JSON, CSV, an HTML page), asked for again and again.',
    ja: '外部のWeb上の文書（JSON、CSV、HTMLページ）。定期的に取得します。',
  },
  url: {
    en: 'Where the document is: https://… or http://….',
    ja: '文書の場所。https://… または http://…。',
  },
  every: {
    en: 'How often it is asked for; without schedule and every, "10m".',
    ja: '取得の間隔。schedule も every もなければ "10m" です。',
  },
  schedule: {
    en: 'When it is asked for, as a cron expression in local time; up to 10 s later, so that many gateways do not come at once.',
    ja: '取得する時刻（cron式、現地時刻）。多数のゲートウェイが重ならないよう、最大10秒遅らせます。',
  },
  contact: {
    en: "Who asks, for the source's operator: a mail address or a page. It is in the User-Agent, with tenant and gateway.",
    ja: '取得元への連絡先（メールアドレスまたはページ）。テナントとゲートウェイの名前とともにUser-Agentに入れます。',
  },
  mustBeContact: {
    en: 'must be a mail address or the address of a page, in ASCII without blanks and brackets',
    ja: 'はメールアドレスまたはページのアドレスで指定してください（空白と括弧のないASCII）',
  },
  timeout: {
    en: 'How long an answer may take, to its last byte.',
    ja: '応答が最後まで届くのを待つ時間。',
  },
  maxSize: {
    en: 'The largest document, also after decompression. Reading an HTML page of a megabyte holds the gateway up for 0.2 s.',
    ja: '文書の最大サイズ（展開後も含む）。1 MBのHTMLページを読む間、ほかの処理は約0.2秒待たされます。',
  },
  charset: {
    en: 'The character set, if neither the server nor the document says it rightly.',
    ja: 'サーバーも文書も正しい文字コードを示さない場合の、文字コード。',
  },
  header: {
    en: 'A header that the source asks for, such as an API key.',
    ja: '取得元が求めるヘッダー。APIキーなど。',
  },
  headerName: { en: 'Its name, such as "X-Api-Key".', ja: 'ヘッダーの名前。"X-Api-Key" など。' },
  mustBeHeader: {
    en: 'must be the name of a header that the gateway does not set itself',
    ja: 'はヘッダーの名前で指定してください（ゲートウェイ自身が付けるものは使えません）',
  },
  valueFile: {
    en: 'File with its value; readable by the gateway alone.',
    ja: '値を書いたファイル。ゲートウェイだけが読めるようにします。',
  },
  caFile: {
    en: "Certificate authority (PEM), if the source's is not a public one.",
    ja: '取得元の証明書が公的認証局のものでない場合の認証局証明書（PEM）。',
  },

  notUrl: { en: '"{url}" is not the address of a page', ja: '"{url}" はページのアドレスではありません' },
  writeUrl: { en: 'Write it from the beginning: https://…', ja: 'https://… から書いてください' },
  secretInUrl: {
    en: 'the address holds a user name or password',
    ja: 'アドレスにユーザー名またはパスワードがあります',
  },
  useHeaderFile: {
    en: 'Put "Basic …" into a file and name that in a [[port.header]] with name = "Authorization"',
    ja: '"Basic …" をファイルに書き、name = "Authorization" の [[port.header]] で指定してください',
  },
  plain: {
    en: 'http:// is not protected: whoever is on the way can change what the page says',
    ja: 'http:// は保護されていません。経路上の第三者がページの内容を書き換えられます',
  },
  tryHttps: { en: 'Try the same address with https://', ja: '同じアドレスを https:// で試してください' },
  keyOverPlain: {
    en: 'a secret header would travel unencrypted over http://',
    ja: '秘密のヘッダーが http:// で暗号化されずに送られます',
  },
  useHttps: { en: 'Use https://', ja: 'https:// を使ってください' },
  twoTimetables: { en: 'both schedule and every are set', ja: 'schedule と every の両方が指定されています' },
  keepOne: { en: 'Keep one of them', ja: 'どちらか一方にしてください' },
  notCron: { en: '"{schedule}" is not a cron expression', ja: '"{schedule}" はcron式ではありません' },
  writeCron: {
    en: 'Write minute, hour, day, month and weekday: "*/10 * * * *" is every ten minutes',
    ja: '分・時・日・月・曜日で書きます。"*/10 * * * *" は10分ごとです',
  },
  tooOften: {
    en: 'a source that is asked more often than once a minute may shut the gateway out',
    ja: '1分に1回を超えて取得すると、取得元に拒否されるおそれがあります',
  },
  askSeldom: { en: 'Set every to "1m" or more', ja: 'every を "1m" 以上にしてください' },
  anonymous: {
    en: "the source's operator cannot see who asks",
    ja: '取得元の管理者に、誰が取得しているか分かりません',
  },
  addContact: {
    en: 'Set contact to a mail address or page, such as "bousai@city.example.jp"',
    ja: 'contact に "bousai@city.example.jp" のような連絡先を指定してください',
  },

  answered: { en: 'the server answers with the status {status}', ja: 'サーバーがステータス {status} を返しました' },
  redirectedTooOften: {
    en: 'the server sends from one address to the next more than {max} times',
    ja: 'リダイレクトが{max}回を超えました',
  },
  redirectedWrongly: {
    en: 'the server sends to {location}, which is not followed',
    ja: 'サーバーが {location} へ転送しようとしましたが、従いません',
  },
  unknownEncoding: { en: 'the document is compressed as {name}', ja: '文書の圧縮形式 {name} には対応していません' },
  badlyCompressed: { en: 'the document is badly compressed', ja: '文書の圧縮データが壊れています' },
  tooLarge: {
    en: 'the document is larger than {max} bytes (max-size)',
    ja: '文書が {max} バイト（max-size）を超えています',
  },
});
