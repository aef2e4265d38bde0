import { sentences } from '../../../shared/text.ts';

/** gateway. */
export const say = sentences('cli.hub', {
  gateway: {
    en: 'at a hub: let gateways send, list them, turn them away; also while the hub runs',
    ja: 'ハブ: ゲートウェイの登録・一覧・取り消し（稼働中も可）',
  },
  enrol: { en: 'let a gateway send, and write its enrolment', ja: 'ゲートウェイを登録し、登録ファイルを作成' },
  trustDoor: {
    en: "note: the certificate of this hub's door is of no public authority, and the enrolment does not carry the authority that it is of: enrol again with --ca and that authority's certificate, or let the gateway's system trust it",
    ja: '注意: このハブの証明書は公的な認証局のものではなく、登録ファイルにもその認証局の証明書がありません。--ca に認証局の証明書を指定して登録し直すか、ゲートウェイの機器で信頼してください',
  },
  accept: {
    en: 'after gateways.json was restored: take it as it is, without what was revoked since',
    ja: 'gateways.json を控えから戻したあと、その後に取り消したものを除いて使う',
  },
  acceptNote: {
    en: 'Then prints the list: enrol again whoever is missing.',
    ja: 'その後に一覧を表示します。足りないゲートウェイは登録し直してください。',
  },
  nothingToAccept: {
    en: 'There was nothing to accept: the list is as this hub left it:',
    ja: '一覧はこのハブが最後に書いたままなので、何もしませんでした:',
  },
  accepted: {
    en: 'The list is taken as it is, without what was revoked since:',
    ja: 'その後に取り消したものを除いて、一覧をそのまま使います:',
  },
  revoke: { en: 'turn a gateway away, at once', ja: 'ゲートウェイの登録を取り消す（すぐに有効）' },
  list: { en: 'list the gateways that are enrolled', ja: '登録済みのゲートウェイを一覧表示' },
  gatewayName: { en: 'its tenant and its id', ja: 'テナントとゲートウェイのid' },
  optionOut: {
    en: 'where to write the enrolment (default: tenant-gateway.enrolment)',
    ja: '登録ファイルの書き込み先（既定値: テナント-ゲートウェイ.enrolment）',
  },
  optionUrl: {
    en: "the hub's address as the gateway reaches it: mqtts://hub.example.jp:8883",
    ja: 'ゲートウェイから見たハブのアドレス: mqtts://hub.example.jp:8883',
  },
  optionCa: {
    en: "authority (PEM) that signed the hub's certificate, if it is neither a public one nor the hub's own",
    ja: 'ハブの証明書に署名した認証局の証明書（PEM）。公的認証局でもハブ自身の認証局でもない場合に指定',
  },
  optionCertificate: {
    en: "with a certificate of the hub's own authority in place of a password; good for 2 years, needs openssl here",
    ja: 'パスワードの代わりに、ハブ自身の認証局の証明書で登録（有効期間2年。ここにopensslが必要）',
  },
  optionCertFile: {
    en: 'with a certificate (PEM) that the gateway has already; this one only is accepted, and its successor must be enrolled',
    ja: 'ゲートウェイがすでに持っている証明書（PEM）で登録。更新した証明書はもう一度登録が必要',
  },
  optionRenew: {
    en: 'what the gateway has now stays good until the new one is first used',
    ja: '新しいものが最初に使われるまで、現在のものも有効のまま残す',
  },
  notBoth: { en: '{one} and {other} do not go together', ja: '{one} と {other} は一緒に指定できません' },
  noTls: {
    en: 'a certificate needs TLS, and gateways reach this hub at {url}',
    ja: '証明書にはTLSが必要ですが、このハブのアドレスは {url} です',
  },
  certifyHub: {
    en: 'Make a certificate for the hub (machimori gateway hub-certificate), or name its address with --url mqtts://',
    ja: 'ハブの証明書を作成するか（machimori gateway hub-certificate）、--url mqtts:// でアドレスを指定してください',
  },
  certificateEnds: {
    en: 'Its certificate ends on {date}; the status says so 30 days before. Renew it with --renew',
    ja: '証明書の有効期限は{date}です（30日前からstatusに表示）。--renew で更新できます',
  },
  hubCertificate: {
    en: "make a certificate for the hub's doors, by its own authority",
    ja: 'ハブの入口の証明書を、ハブ自身の認証局で作成',
  },
  hostName: {
    en: 'a host name or address by which gateways reach the hub',
    ja: 'ゲートウェイから見たハブのホスト名またはIPアドレス',
  },
  hubCertificateNote: {
    en: 'It is good for 2 years. Make another in its place with the same command, and restart the hub.',
    ja: '有効期間は2年です。同じコマンドで作り直して、ハブを再起動してください。',
  },
  hubCertified: { en: 'The hub has a certificate for {names}.', ja: '{names} の証明書を作成しました。' },
  useHubCertificate: {
    en: 'Write at its port, and restart it: cert-file = "{certFile}", key-file = "{keyFile}"',
    ja: 'ポートに次のように書いて、再起動してください: cert-file = "{certFile}"、key-file = "{keyFile}"',
  },
  revocationList: {
    en: 'print the certificates that are revoked, as a revocation list for Mosquitto',
    ja: '取り消した証明書を、Mosquittoの失効リストとして表示',
  },
  revocationListNote: {
    en: "The hub's own doors need none. After enrolling or revoking, write it anew and let Mosquitto read it (kill -HUP).",
    ja: 'ハブ自身の入口には必要ありません。登録や取り消しのあとは書き直し、Mosquittoに読み込ませてください（kill -HUP）。',
  },
  notCertificate: { en: 'the file holds no certificate in PEM ({why})', ja: 'PEM形式の証明書ではありません（{why}）' },
  namePem: {
    en: 'Name a file that begins with -----BEGIN CERTIFICATE-----',
    ja: '-----BEGIN CERTIFICATE----- で始まるファイルを指定してください',
  },
  proofColumn: { en: 'logs in with', ja: '認証方法' },
  byPassword: { en: 'password', ja: 'パスワード' },
  byCertificate: { en: 'certificate until {date}', ja: '証明書（{date}まで）' },
  optionHub: {
    en: "it is a neighbouring hub, which sends any gateway's batches on",
    ja: '隣のハブとして登録（他のゲートウェイのバッチも転送してくる）',
  },
  optionOrders: {
    en: 'what this hub may order it: all, none, or actions with commas',
    ja: 'このハブから命令できる操作: all、none、またはカンマ区切り',
  },
  optionMosquitto: {
    en: 'a password file of Mosquitto in which the gateway gets its line',
    ja: 'ゲートウェイの行を書き込むMosquittoのパスワードファイル',
  },
  permissions: {
    en: 'print who may publish and read what, as an access control list for Mosquitto',
    ja: '誰が何を送受信できるかを、Mosquittoのアクセス制御リストとして表示',
  },
  optionUser: { en: "the hub's own user name at that broker", ja: 'そのブローカーでのハブのユーザー名' },
  permissionsNote: {
    en: 'After enrolling or revoking, write it anew and let Mosquitto read it (kill -HUP).',
    ja: '登録や取り消しのあとは書き直し、Mosquittoに読み込ませてください（kill -HUP）。',
  },
  enrolNote: {
    en: 'The file is a secret: copy it to the box, name it there with enrolment-file, and delete it here. Enrolling again gives another password or certificate; the former one is void, unless --renew is given.',
    ja: 'このファイルは秘密です。機器にコピーして enrolment-file で指定し、こちらのファイルは削除してください。もう一度登録するとパスワードや証明書が変わり、--renew を付けないかぎり以前のものはすぐに使えなくなります。',
  },
  enrolled: { en: '{gateway} is enrolled: {file}', ja: '{gateway} を登録しました: {file}' },
  optionStick: {
    en: 'write it onto this stick, to set a new box up with',
    ja: '新しい機器の設定用に、このUSBメモリーに書き込む',
  },
  useStick: {
    en: 'Plug the stick into the new box and switch it on. A gateway.toml and the rest of what it may be given: docs/setup.md',
    ja: 'USBメモリーを新しい機器に挿して電源を入れてください。gateway.tomlなど、ほかに置けるものはdocs/ja/setup.mdをご覧ください。',
  },
  useEnrolment: {
    en: 'Copy it to the box and write there: [[destination]] name = "hub", type = "city-os", enrolment-file = "{file}"',
    ja: '機器にコピーして、次のように書いてください: [[destination]] name = "hub"、type = "city-os"、enrolment-file = "{file}"',
  },
  revoked: {
    en: '{gateway} may no longer send, and its connections are closed',
    ja: '{gateway} の登録を取り消し、接続を閉じました',
  },
  fileIsThere: {
    en: '{file} is there already; write elsewhere with --out',
    ja: '{file} はすでにあります。--out で別の場所を指定してください',
  },
  writeName: {
    en: '"{name}" is not the name of a gateway: write tenant/gateway, such as toyama/gateway-01',
    ja: '「{name}」はゲートウェイの名前ではありません。toyama/gateway-01 のように テナント/ゲートウェイ で書いてください',
  },
  notHub: { en: 'this is not the configuration of a hub', ja: 'ハブの設定ではありません' },
  addFeedPort: { en: 'Add a [[port]] of type "feed"', ja: 'type = "feed" の [[port]] を追加してください' },
  aWorker: {
    en: 'a worker enrols nobody: its broker alone says who may send',
    ja: 'ワーカーではゲートウェイを登録できません。誰が送信できるかはブローカーが決めます',
  },
  accountAtBroker: {
    en: 'Give the gateway an account at the broker, for its own topics only (docs/feed.md, Security); at NATS its name must have no dot',
    ja: 'ブローカーにゲートウェイのアカウントを作り、自分のトピックだけを許可してください（docs/feed.md のSecurity）。NATSでは名前にドットを使えません',
  },
  hubName: { en: 'the hub itself is called {gateway}', ja: '{gateway} はハブ自身の名前です' },
  phoneName: {
    en: 'names of this form are for volunteers’ phones, which nobody tells apart',
    ja: 'この形の名前は、見守りアプリの端末（区別しないもの）専用です',
  },
  anotherName: { en: 'Give the gateway another id', ja: 'ゲートウェイに別の id を付けてください' },
  gatewayColumn: { en: 'gateway', ja: 'ゲートウェイ' },
  enrolledColumn: { en: 'enrolled', ja: '登録日時' },
  softwareColumn: { en: 'software', ja: 'ソフトウェア' },
  heardColumn: { en: 'last heard', ja: '最終受信' },
  noGateways: { en: 'No gateway is enrolled.', ja: '登録済みのゲートウェイはありません。' },
  aHub: { en: '{name} (hub)', ja: '{name}（ハブ）' },
  never: { en: 'never', ja: 'なし' },
});
