import { sentences } from '../../../shared/text.ts';

export const say = sentences('ngsi', {
  sameEntities: {
    en: 'another destination already writes to {place} under the same tenant, and so to the same entities',
    ja: '{place} に同じテナント（同じエンティティー）で書き込む送信先がすでにあります',
  },
  typeV2: {
    en: 'A context broker that speaks NGSIv2 (FIWARE Orion). It holds what is the case now, not the history.',
    ja: 'NGSIv2 のコンテキストブローカー（FIWARE Orion）。履歴ではなく現在の値を保持します。',
  },
  typeLd: {
    en: 'A context broker that speaks NGSI-LD (Orion-LD, Scorpio, Stellio). It holds what is the case now, not the history.',
    ja: 'NGSI-LD のコンテキストブローカー（Orion-LD、Scorpio、Stellio）。履歴ではなく現在の値を保持します。',
  },
  url: {
    en: 'Address of the broker, without /v2 or /ngsi-ld: https://host or http://host:1026.',
    ja: 'ブローカーのアドレス。/v2 や /ngsi-ld は付けません: https://host または http://host:1026。',
  },
  service: {
    en: 'Fiware-Service: the tenant at the broker. A mistyped one makes a new, empty database; check --connect shows what is there.',
    ja: 'Fiware-Service（ブローカー側のテナント）。間違えると空のデータベースが新しく作られます。check --connect で中身を確認できます。',
  },
  servicePath: {
    en: 'Fiware-ServicePath: "/water", up to ten levels of letters, digits and _.',
    ja: 'Fiware-ServicePath: "/water" など。英数字と _ で10階層まで。',
  },
  brokerTenant: { en: 'NGSILD-Tenant: the tenant at the broker.', ja: 'NGSILD-Tenant（ブローカー側のテナント）。' },
  context: {
    en: 'URL of the @context, sent as a Link header. The broker downloads it, so it has to reach it; without one it uses the core context.',
    ja: '@context のURL。Linkヘッダーで送ります。ブローカーがダウンロードするため、ブローカーから到達できる必要があります。省略するとコアコンテキストを使います。',
  },
  apiKeyHeader: { en: 'Header that carries the API key.', ja: 'APIキーを送るヘッダーの名前。' },
  apiKeyFile: {
    en: 'File with the API key as the header carries it; readable by the gateway alone.',
    ja: 'ヘッダーに入れるAPIキーを書いたファイル。ゲートウェイだけが読めるようにします。',
  },
  tokenUrl: {
    en: 'Where OAuth 2.0 tokens come from, for brokers behind a gateway that asks for one.',
    ja: 'OAuth 2.0 のトークンの取得先。ブローカーの手前でトークンを求められる場合に指定します。',
  },
  clientId: { en: 'Client id at the token server.', ja: 'トークンサーバーでのクライアントID。' },
  clientSecretFile: {
    en: 'File with the client secret; readable by the gateway alone.',
    ja: 'クライアントシークレットを書いたファイル。ゲートウェイだけが読めるようにします。',
  },
  scope: { en: 'Scope that is asked for.', ja: '要求するスコープ。' },
  username: {
    en: 'User name, if the token server gives tokens to users (password grant), as Keyrock does for roles.',
    ja: 'トークンがユーザーに対して発行される場合（パスワードグラント。Keyrockのロールなど）のユーザー名。',
  },
  answerTimeout: {
    en: 'How long a request waits for its answer; a batch that has waited longer is sent again.',
    ja: '応答を待つ時間。これより長く待ったバッチは再送します。',
  },
  askEvery: {
    en: 'While nothing is sent, how often it is asked whether the broker is there.',
    ja: '送信がない間、ブローカーに到達できるかを確認する間隔。',
  },
  requestSize: {
    en: 'Largest request. Orion takes 1 MiB; one that is refused as too large is halved.',
    ja: '1回のリクエストの最大サイズ。Orionの上限は1MiBです。大きすぎると拒否された場合は半分にします。',
  },
  requestEntities: {
    en: 'Most entities in one request. Some brokers are slow or fail far above 100.',
    ja: '1回のリクエストに含めるエンティティの最大数。100を大きく超えると遅くなったり失敗したりするブローカーがあります。',
  },
  parallelRequests: {
    en: 'Requests on their way to the broker at once. Each entity still goes in one at a time.',
    ja: 'ブローカーへ同時に送るリクエストの数。同じエンティティが同時に2つのリクエストで送られることはありません。',
  },
  commands: {
    en: 'At a hub: what whoever writes to the broker may order, by an attribute named like the action (docs/ngsi.md).',
    ja: 'ハブのみ: ブローカーに書き込める人が、操作名の属性で命令してよい操作（docs/ngsi.md）。',
  },
  commandsEvery: {
    en: 'How often the broker is asked for orders.',
    ja: '命令の有無をブローカーに問い合わせる間隔。',
  },
  noArguments: {
    en: 'the value has to be an object of texts, numbers and flags, or empty',
    ja: '値は、文字列・数値・真偽値からなるオブジェクトか、空にしてください',
  },
  personal: {
    en: 'Whether sightings, and whatever else tells of a person, go to this broker.',
    ja: '検知記録など、個人に関わる測定値をこのブローカーに送るかどうか。',
  },
  doubtful: {
    en: 'Whether values in doubt go too; every value then has its quality as metadata. Otherwise only good values stand for what is the case.',
    ja: '疑わしい値も送るかどうか。送る場合、すべての値に品質がメタデータとして付きます。送らない場合、現在の値は正常なものだけになります。',
  },
  mapping: {
    en: 'Which readings become which entities; instead of the rules that ship for the kinds named here (docs/ngsi.md).',
    ja: '測定値とエンティティの対応。ここに書いた種別では、付属の規則の代わりに使われます（docs/ngsi.md）。',
  },
  ruleKind: { en: 'Kind of reading.', ja: '測定値の種別。' },
  ruleGroup: { en: 'Only devices of this group.', ja: '対象とする機器のグループ。' },
  ruleQuantities: { en: 'Only alarms of these quantities.', ja: '対象とする警報の項目。' },
  ruleType: {
    en: 'Type of entity: of the Smart Data Models, or one of your own.',
    ja: 'エンティティの型。Smart Data Models のもの、または独自のもの。',
  },
  ruleAttributes: {
    en: 'By attribute, the quantity it holds: waterLevel = "level"; "entered + left" for a sum.',
    ja: '属性ごとに、入れる項目: waterLevel = "level"。合計は "entered + left" と書きます。',
  },
  ruleFixed: {
    en: 'Attributes that always have the same value: vehicleType = "lorry".',
    ja: '常に同じ値を持つ属性: vehicleType = "lorry"。',
  },
  rulePart: {
    en: 'Value by which several entities of one device are told apart: "alarm", "tag".',
    ja: '1台の機器が複数のエンティティを持つとき、それらを区別する項目: "alarm"、"tag"。',
  },
  ruleEach: {
    en: 'Whether each quantity that no other rule of the kind uses is an entity of its own.',
    ja: '同じ種別の他の規則が使わない項目を、それぞれ独立したエンティティにするかどうか。',
  },

  mustBeName: {
    en: 'must begin with a letter and hold only letters, digits and _ (at most 64)',
    ja: 'は英字で始まる、英数字と _ だけの64文字以内の名前にしてください',
  },
  mustNotBeOwn: {
    en: 'must not be a name that the broker or this gateway uses itself (id, type, location, value, dateModified …)',
    ja: 'にはブローカーやゲートウェイが使う名前（id、type、location、value、dateModified など）は使えません',
  },
  mustBeSource: {
    en: 'must be a quantity, or several with " + " between them',
    ja: 'は項目名、または項目名を " + " でつないだものにしてください',
  },
  mustBeFixed: {
    en: 'must be a text, a number, true, false, or a list of texts',
    ja: 'は文字列、数値、true、false、または文字列のリストにしてください',
  },
  mustBeHeader: { en: 'must be the name of an HTTP header', ja: 'はHTTPヘッダーの名前にしてください' },
  mustBeService: {
    en: 'must hold only letters, digits and _ (at most 50)',
    ja: 'は英数字と _ だけの50文字以内にしてください',
  },
  mustBeServicePath: {
    en: 'must begin with / and hold only letters, digits and _ between slashes (ten levels of 50 at most)',
    ja: 'は / で始め、スラッシュの間は英数字と _ だけにしてください（各50文字、10階層まで）',
  },
  mustBeTenant: {
    en: 'must hold only letters, digits, _ and - (at most 50)',
    ja: 'は英数字と _ と - だけの50文字以内にしてください',
  },

  noAddress: { en: '"{url}" is not the address of a server', ja: '"{url}" はサーバーのアドレスではありません' },
  writeAddress: {
    en: 'Write https://host or http://host:1026',
    ja: 'https://host または http://host:1026 と書いてください',
  },
  writeTokenAddress: {
    en: 'Write the whole address of the token endpoint: https://host/oauth2/token',
    ja: 'トークンエンドポイントのアドレス全体を書いてください: https://host/oauth2/token',
  },
  tooMuchAddress: {
    en: '"{url}" is more than the address of the broker',
    ja: '"{url}" にはブローカーのアドレス以外のものが含まれています',
  },
  cutAddress: {
    en: 'Leave out /v2, /ngsi-ld and what follows; the gateway adds them',
    ja: '/v2 や /ngsi-ld から後ろは書かないでください。ゲートウェイが付けます',
  },
  credentialsInUrl: { en: 'the address holds credentials', ja: 'アドレスに認証情報が含まれています' },
  useFiles: {
    en: 'Use api-key-file, or token-url with client-id and client-secret-file, so that they stay out of logs',
    ja: 'ログに残らないよう、api-key-file、または token-url と client-id、client-secret-file を使ってください',
  },
  clearSecrets: { en: 'keys and tokens travel unencrypted', ja: 'キーやトークンが暗号化されずに送られます' },
  useTls: { en: 'Use https:// if the city OS offers it', ja: '都市OSが対応していれば https:// を使ってください' },
  noTokenUrl: { en: 'there is no token server to use this at', ja: 'これを使うトークンサーバーの指定がありません' },
  addTokenUrl: {
    en: 'Add token-url, or remove this',
    ja: 'token-url を追加するか、この設定を削除してください',
  },
  halfClient: {
    en: 'a token needs both client-id and client-secret-file, or a user',
    ja: 'トークンの取得には client-id と client-secret-file の両方、またはユーザーが必要です',
  },
  addClient: {
    en: 'Add client-id and client-secret-file, as the city OS gave them to you',
    ja: '都市OSから受け取った client-id と client-secret-file を追加してください',
  },
  halfUser: {
    en: 'a user needs both username and password-file',
    ja: 'ユーザーには username と password-file の両方が必要です',
  },
  addUser: { en: 'Add the one that is missing', ja: '足りない方を追加してください' },
  twoAuthorisations: {
    en: 'API key and token would go in the same header',
    ja: 'APIキーとトークンが同じヘッダーに入ることになります',
  },
  chooseOne: {
    en: 'Remove api-key-file or token-url, or name another header',
    ja: 'api-key-file と token-url のどちらかを削除するか、別のヘッダー名にしてください',
  },
  largeRequest: {
    en: 'most brokers refuse requests above 1 MiB',
    ja: '1MiBを超えるリクエストは、ほとんどのブローカーが拒否します',
  },
  keepRequestSmall: {
    en: 'Write request-size = "1MB", unless the broker was set to take more',
    ja: 'ブローカー側で上限を上げていなければ request-size = "1MB" と書いてください',
  },
  noContext: { en: '"{url}" is not the address of a context', ja: '"{url}" はコンテキストのアドレスではありません' },
  writeContext: {
    en: 'Write the URL of a context.jsonld that the broker can reach',
    ja: 'ブローカーから到達できる context.jsonld のURLを書いてください',
  },
  sightingsStay: {
    en: 'sightings are personal and do not go to this broker',
    ja: '検知記録は個人に関わるため、このブローカーには送られません',
  },
  setPersonal: {
    en: 'Write personal = true if the broker is meant for them, or remove "sighting"',
    ja: 'それを扱うためのブローカーなら personal = true と書き、そうでなければ "sighting" を削除してください',
  },
  emptyRule: { en: 'the rule puts nothing into its entity', ja: 'この規則ではエンティティに何も入りません' },
  addAttributes: {
    en: 'Add attributes: which attribute holds which quantity',
    ja: 'attributes に、どの属性にどの項目を入れるかを書いてください',
  },
  noPart: {
    en: 'all readings of kind "{kind}" of one device share one entity',
    ja: '種別 "{kind}" の測定値は、機器ごとに1つのエンティティにまとめられます',
  },
  addPart: { en: 'Write part = "{part}" to keep them apart', ja: '分けるには part = "{part}" と書いてください' },
  notOfModel: {
    en: 'the model {type} has no attribute "{name}"; it is sent all the same',
    ja: 'モデル {type} に属性 "{name}" はありません（そのまま送られます）',
  },
  forbiddenText: {
    en: 'Orion takes none of < > " \' = ; ( ) in a text',
    ja: 'Orionの文字列には < > " \' = ; ( ) を使えません',
  },
  leaveThemOut: { en: 'Leave them out', ja: 'これらの文字を除いてください' },
  wrongKind: { en: 'the model wants another kind of value here', ja: 'モデルが求める値の種類と異なります' },
  writeList: { en: 'Write a list: ["tracked"]', ja: 'リストで書いてください: ["tracked"]' },
  writeOne: { en: 'Write a single value', ja: '値を1つだけ書いてください' },
  noSuchWord: { en: 'the model has no word "{word}" here', ja: 'モデルのこの属性に "{word}" という値はありません' },

  noPlace: {
    en: '{type} requires a place, and the device has none',
    ja: '{type} には位置が必要ですが、機器に位置が設定されていません',
  },
  noSuchPlace: { en: 'there is no such place on Earth', ja: '地球上に存在しない位置です' },
  doesNotFit: {
    en: '{name} of {type} cannot be {value}, in the unit of its device',
    ja: '{type} の {name} に {value}（機器の単位で）を入れることはできません',
  },
  noDate: { en: 'its time is no date that a broker takes', ja: '時刻がブローカーの受け付ける日時ではありません' },
  fromTheFuture: {
    en: 'its time is {minutes} minutes ahead of the clock',
    ja: '時刻が現在より {minutes} 分先になっています',
  },
  wrongCount: {
    en: 'the batch holds {given} readings instead of {expected}',
    ja: 'バッチの測定値が {expected} 件ではなく {given} 件です',
  },

  brokerAnswers: { en: 'the broker answers: {words}', ja: 'ブローカーの応答: {words}' },
  checkSecrets: {
    en: 'Check the API key or the client, and that they belong to this service',
    ja: 'APIキーまたはクライアントと、それがこのサービスのものであることを確認してください',
  },
  checkNames: {
    en: 'Check service and service-path, or broker-tenant',
    ja: 'service と service-path、または broker-tenant を確認してください',
  },
  checkPath: {
    en: 'Check url: the path before /v2 or /ngsi-ld, as the city OS gave it to you',
    ja: 'url を確認してください（/v2 や /ngsi-ld の手前のパスは都市OSの案内のとおりに書きます）',
  },
  checkClient: {
    en: 'Check client-id, client-secret-file, username and password-file',
    ja: 'client-id、client-secret-file、username、password-file を確認してください',
  },
  noToken: { en: 'the token server gave no token: {words}', ja: 'トークンを取得できません: {words}' },
  notAToken: { en: 'the answer holds none', ja: '応答にトークンがありません' },
  unauthorised: {
    en: 'the broker does not let this gateway in ({words}); check the API key or the client, and that they belong to this service',
    ja: 'ブローカーがこのゲートウェイを認証しません（{words}）。APIキーまたはクライアントと、それがこのサービスのものであることを確認してください',
  },
  forbidden: {
    en: 'the broker does not let this gateway write ({words}); a new token does not mend that: ask the city OS for the role, and check service and service-path',
    ja: 'ブローカーがこのゲートウェイの書き込みを許可しません（{words}）。トークンを更新しても直りません。都市OSに権限を確認し、service と service-path も確認してください',
  },
  refusesEverything: {
    en: 'the broker refuses everything it is sent ({words}); the readings are kept',
    ja: 'ブローカーが送信をすべて拒否しています（{words}）。測定値は保持しています',
  },
  takesNothing: {
    en: 'The broker of destination {name} does not take what is sent ({words}); readings are kept in the buffer and sent again. Look at the log of the broker and at its database',
    ja: '送信先 {name} のブローカーがデータを受け取りません（{words}）。測定値はバッファに保存し、再送します。ブローカーのログとデータベースを確認してください',
  },
  notTakenYet: { en: 'the broker has not taken it yet', ja: 'ブローカーがまだ受け取っていません' },

  found: { en: 'It holds {count} {count:entity|entities}.', ja: 'エンティティは {count} 件あります。' },
  foundTypes: {
    en: 'It holds {count} {count:entity|entities}, of types {types}.',
    ja: 'エンティティは {count} 件あります（型: {types}）。',
  },
  uncounted: { en: 'uncounted', ja: '件数不明の' },
  foundEmpty: {
    en: 'It is empty here: what is sent makes a new, empty one. If something should be there, check the name of the service or tenant.',
    ja: 'ここには何もありません。送信すると、空のデータベースが新しく作られます。データがあるはずなら、サービスやテナントの名前を確認してください。',
  },
  cannotRead: {
    en: 'It answers, but does not say what it holds ({words}).',
    ja: '応答はありますが、内容を読み取れません（{words}）。',
  },
});
