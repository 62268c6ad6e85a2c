"""Companies of Japan, Korea, Southeast Asia, India and Australia: the names that news uses, and the words that are none."""

from __future__ import annotations

import pytest

from pipelines.extraction.lexicon import normalize
from pipelines.extraction.parties import PartyReader
from pipelines.seeds import load_lexicon

ABROAD = ("jp-", "kr-", "sg-", "in-", "au-", "th-", "my-", "vn-", "id-", "ph-", "nz-")


@pytest.fixture(scope="module")
def reader() -> PartyReader:
    return PartyReader(load_lexicon())


def named(reader: PartyReader, body: str) -> list[str]:
    """Ids of the companies abroad that `body` names, in their order."""
    ids = [m.company.company_id for m in reader.read(body, normalize(body), "brief")]
    return [company_id for company_id in ids if company_id.startswith(ABROAD)]


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ("三星與SK海力士搶進HBM4。", ["kr-005930", "kr-000660"]),
        ("SK hynix、Samsung Electronics 報價齊揚。", ["kr-000660", "kr-005930"]),
        ("三星電機、三星顯示器與三星SDI分頭投資。", ["kr-009150", "kr-samsung-display", "kr-006400"]),
        ("LGES與SK On在北美減產，LGD關閉舊線。", ["kr-373220", "kr-sk-on", "kr-034220"]),
        ("樂金能源解決方案調降財測，樂金伊諾特供應鏡頭。", ["kr-373220", "kr-011070"]),
        ("现代汽车与起亚去年销量下滑。", ["kr-005380", "kr-000270"]),
        ("铠侠与瑞萨、罗姆合作。", ["jp-285A", "jp-6723", "jp-6963"]),
        ("東芝記憶體當年更名，機器轉換會寫成東芝儲存。", ["jp-285A", "jp-285A"]),
        ("日本電產改名尼得科，昭和電工成了力森諾科。", ["jp-6594", "jp-6594", "jp-4004", "jp-4004"]),
        ("東京威力科創（TEL）營收成長，愛德萬跟進。", ["jp-8035", "jp-6857"]),
        ("信越、勝高與環球晶同步調價。", ["jp-4063", "jp-3436"]),
        ("挹斐電是常見的誤寫，正名為揖斐電。", ["jp-4062", "jp-4062"]),
        ("商船三井、日本郵船、川崎汽船合營定期航線。", ["jp-9104", "jp-9101", "jp-9107"]),
        ("三菱電機、三菱重工、三菱商事都不是三菱汽車。", ["jp-6503", "jp-7011", "jp-8058", "jp-7211"]),
        ("發那科、安川電機、不二越與哈默納科供應關節模組。", ["jp-6954", "jp-6506", "jp-6474", "jp-6324"]),
        ("斯巴魯就是速霸陸。", ["jp-7270", "jp-7270"]),
        ("泰達電股價走高，台達電泰國廠擴建。", ["th-delta", "th-delta"]),
        ("塔塔電子在古吉拉特邦建廠。", ["in-tata-electronics"]),
        ("冬海集團旗下蝦皮手續費調漲。", ["sg-sea", "sg-shopee"]),
        ("野村證券與瑞穗證券上修目標價。", ["jp-8604", "jp-8411"]),
        ("電裝(6902)與豐田自動織機合資。", ["jp-6902", "jp-toyota-industries"]),
    ],
)
def test_names_as_news_writes_them(reader: PartyReader, body: str, ids: list[str]) -> None:
    assert named(reader, body) == ids


@pytest.mark.parametrize(
    "body",
    [
        "三星期後公布結果，三星級飯店訂房滿載。",
        "現代化工廠導入機器，現代人重視健康。",
        "電裝工程完工，電化學沉積的良率提高。",
        "韓美聯合軍演登場，韓美貿易談判觸礁。",
        "兄弟二人分家，王子復仇，先鋒部隊抵達。",
        "農田積水未退，戰勝科技難題。",
        "日產三千片，日產能一萬片。",
        "當日立委質詢，每日電通量有上限。",
        "朝日東昇，小松樹苗長高，紅寶石戒指。",
        "The company is one of the best in sea freight.",
        "PTT鄉民熱議，加入LINE好友抽獎。",
        "明治維新與武田信玄的故事。",
        "麒麟9000是手機晶片。",
        "印度煤炭進口下降，越南電力短缺，中部電力供應吃緊。",
        "韓國電信業者擴大投資，日本電子產業復甦，日本顯示面板衰退。",
        "螺絲廠三星科技(5007)出貨增溫。",
    ],
)
def test_ordinary_words_are_no_companies(reader: PartyReader, body: str) -> None:
    assert named(reader, body) == []
