"""Settings: environment variables `LINLI_*`, or a file `.env`. `.env.example` lists every one; a test holds them together."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What a place can set without touching the code."""

    model_config = SettingsConfigDict(env_prefix="LINLI_", env_file=".env", extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="监听的地址；0.0.0.0 表示对外开放")
    port: int = Field(8000, description="监听的端口")
    data: Path = Field(ROOT / "var", description="数据文件夹：数据库、密钥、附件")
    models: Path = Field(ROOT / "models", description="训练好的理解模型")
    cache: Path = Field(ROOT / ".cache", description="可以随时删掉重算的东西：句向量、检索索引")
    database_url: str = Field("", description="数据库，如 postgresql+psycopg://…；空表示用数据文件夹里的 SQLite")
    engine_url: str = Field("", description="已经在别处运行的引擎；空表示由本程序启动并看护")
    engine_token: SecretStr = Field(SecretStr(""), description="与引擎通话的口令；空表示启动时随机生成")
    engine_python: Path = Field(ROOT / ".venv-engine" / "bin" / "python", description="引擎用的 Python 3.10")
    engine_timeout: float = Field(20.0, description="等引擎答复的秒数")
    embed_origins: str = Field(
        "",
        pattern=r"^(\*|https?://[A-Za-z0-9.*-]+(:([0-9]+|[*]))?)?( +https?://[A-Za-z0-9.*-]+(:([0-9]+|[*]))?)*$",
        description="哪些网站可以把网页聊天放进自己的页面，如 https://www.example.gov.cn，几个之间空一格；* 是任何网站，空表示只有本站",
    )
    community_name: str = Field("幸福里社区", description="页面上显示的社区名称")
    ticket_prefix: str = Field("GY", description="工单号的前缀")
    telegram_token: SecretStr = Field(SecretStr(""), description="Telegram 机器人的口令；空表示不开")
    telegram_api: str = Field("https://api.telegram.org", description="Telegram Bot API 的地址")
    telegram_webhook: str = Field(
        "", description="本站在公网上的地址，如 https://linli.example.cn，Telegram 会把消息推来；空表示长轮询"
    )
    speech_url: str = Field("", description="OpenAI 兼容的语音转文字服务，到 /v1 为止；空表示语音留给人听")
    speech_model: str = Field("whisper-1", description="语音转文字服务里的模型名")
    speech_key: SecretStr = Field(SecretStr(""), description="语音转文字服务的密钥")
    wechat_app_id: str = Field("", description="公众号的 AppID；空表示不开")
    wechat_secret: SecretStr = Field(SecretStr(""), description="公众号的 AppSecret")
    wechat_token: SecretStr = Field(SecretStr(""), description="公众号服务器配置里的 Token")
    wechat_aes_key: SecretStr = Field(SecretStr(""), description="公众号的 EncodingAESKey；空表示明文模式，不建议")
    wechat_template: str = Field(
        "", description="超过 48 小时用的模板消息：模板编号|字段名，如 AbC…|thing1；空表示等居民下次说话再给"
    )
    wechat_patience: float = Field(
        4.5, description="微信和企业微信：几秒内答得出就当场回复，否则随后发送；平台最多等 5 秒"
    )
    wechat_api: str = Field("https://api.weixin.qq.com", description="微信接口的地址")
    wecom_corp_id: str = Field("", description="企业微信的企业 ID；空表示不开")
    wecom_agent_id: int = Field(0, description="企业微信应用的 AgentId")
    wecom_secret: SecretStr = Field(SecretStr(""), description="企业微信应用的 Secret")
    wecom_token: SecretStr = Field(SecretStr(""), description="企业微信接收消息设置里的 Token")
    wecom_aes_key: SecretStr = Field(SecretStr(""), description="企业微信接收消息设置里的 EncodingAESKey")
    wecom_api: str = Field("https://qyapi.weixin.qq.com", description="企业微信接口的地址")
    embeddings_url: str = Field("", description="OpenAI 兼容的向量服务，到 /v1 为止；空表示用自带的 e5")
    embeddings_model: str = Field("bge-m3", description="向量服务里的模型名")
    embeddings_key: SecretStr = Field(SecretStr(""), description="向量服务的密钥")
    embeddings: str = Field("builtin", description="builtin 自带，openai 用上面的服务，none 只按词检索")
    messages_per_minute: int = Field(40, description="一个会话每分钟最多几条，超过答 429")
    messages_per_minute_from_address: int = Field(240, description="一个网络地址每分钟最多几条")
    longest_message: int = Field(2000, description="一条消息最多读多少字")
    attachments: str = Field("", description="附件放在哪里：文件夹，或 s3://桶/前缀；空表示数据文件夹里的 attachments")
    s3_endpoint: str = Field("", description="S3 兼容存储的地址；空表示亚马逊自己的")
    s3_region: str = Field("us-east-1", description="S3 存储的区域名")
    s3_key: str = Field("", description="S3 存储的访问键；空表示用本机环境里的")
    s3_secret: SecretStr = Field(SecretStr(""), description="S3 存储的密钥")
    largest_photo: int = Field(20, description="一张照片最多多少 MB")
    largest_recording: int = Field(40, description="一段语音或视频最多多少 MB")
    photo_megapixels: int = Field(64, description="一张照片最多多少百万像素")
    webhooks: SecretStr = Field(
        SecretStr(""), description="工单每走一步推送给谁：地址|密钥，几个之间用英文逗号隔开；空表示不推送"
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+)?/?$",
        description="工作人员打开后台用的网址，如 https://linli.example.cn；写了，通知邮件里就带链接",
    )
    quiet_hours: str = Field(
        "22:00-07:00",
        pattern=r"^(none|([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d)$",
        description="夜里不打扰：这段时间不急的通知等到结束再发到手机和邮箱；居民自己设的优先，none 表示不设",
    )
    smtp_host: str = Field("", description="发邮件的服务器；空表示不发邮件")
    smtp_port: int = Field(0, description="发邮件服务器的端口；0 表示按加密方式取 587、465 或 25")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="加密方式：starttls，tls，或 none 不加密（只用于本机的服务器）"
    )
    smtp_user: str = Field("", description="发邮件服务器的用户名；空表示不用登录")
    smtp_password: SecretStr = Field(SecretStr(""), description="发邮件服务器的密码或授权码")
    smtp_from: str = Field("", description="发件人，如 linli@example.cn；空表示与用户名相同")
    open311_keys: SecretStr = Field(
        SecretStr(""), description="Open311 提交用的密钥（api_key），几个之间用英文逗号隔开；空表示不收提交"
    )
    open311_jurisdiction: str = Field("", description="Open311 的 jurisdiction_id，如 guiyang.gov.cn；空表示不查")
    open311_hold: bool = Field(False, description="Open311 收到的先由话务员确认再派单")
    metrics_token: SecretStr = Field(SecretStr(""), description="看 /metrics 的口令；空表示只有本机能看")

    @property
    def dispatch(self) -> Path:
        """What was learned of who handles what here: from the site's own tickets, so it stays in the data folder."""
        return self.data / "dispatch.joblib"

    @property
    def database(self) -> str:
        """The database's URL, SQLite in the data folder unless set."""
        return self.database_url or f"sqlite:///{self.data / 'linli.db'}"

    @property
    def audit_log(self) -> Path:
        """Who took private data out of the house, a line each."""
        return self.data / "audit.log"

    @property
    def regulations(self) -> Path:
        """Where imported regulations are kept, one folder each."""
        return self.data / "regulations"
