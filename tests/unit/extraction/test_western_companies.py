"""Western companies in the wordings of Taiwan, the mainland and Hong Kong, beside words that only look like them."""

from __future__ import annotations

import pytest

from pipelines import seeds
from pipelines.extraction.lexicon import normalize
from pipelines.extraction.parties import PartyReader


@pytest.fixture(scope="module")
def reader() -> PartyReader:
    return PartyReader(seeds.load_lexicon())


def names(reader: PartyReader, body: str) -> list[str]:
    """Names of the curated companies that `body` mentions, each once, in their order."""
    mentions = reader.read(body, normalize(body), "b")
    return list(dict.fromkeys(m.company.name for m in mentions if m.company.status == "curated"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("英偉達下修出貨，輝達供應鏈備貨，NVIDIA尚未回應。", ["輝達"]),
        ("美超微與超微皆下單，超威則觀望。", ["美超微", "超微"]),
        ("阿斯麥即艾司摩爾，泛林與科磊同受惠。", ["艾司摩爾", "科林研發", "科磊"]),
        ("西部數據改稱威騰後，希捷與閃迪跟進。", ["威騰", "希捷", "SanDisk"]),
        ("西部資料擬減產。", ["威騰"]),
        ("大眾汽車與賓士砍單，BMW與保時捷未動。", ["福斯", "賓士", "BMW", "保時捷"]),
        ("谷歌雲追單，亞馬遜雲科技也加碼，微軟持平。", ["Google Cloud", "AWS", "微軟"]),
        ("雲端大廠Meta、Google及甲骨文都在名單上。", ["Meta", "Google", "甲骨文"]),
        ("大摩喊買，小摩喊賣，摩根士丹利證券另有看法。", ["摩根士丹利", "摩根大通"]),
        ("美銀證券與傑富瑞調高，法興和德銀調低。", ["美國銀行", "傑富瑞", "法國興業銀行", "德意志銀行"]),
        ("顧能與Counterpoint同日發布，麥肯錫隨後跟上。", ["Gartner", "Counterpoint Research", "麥肯錫"]),
        ("沙特阿美與埃克森美孚、雪佛龍競標。", ["沙烏地阿美", "埃克森美孚", "雪佛龍"]),
        ("馬士基、達飛、赫伯羅特同步調漲運價。", ["馬士基", "達飛", "赫伯羅特"]),
        ("西門子能源接單，西門子則轉單。", ["西門子能源", "西門子"]),
        ("GE Vernova與維諦爭電力訂單。", ["GE Vernova", "維諦"]),
        ("Nike、adidas與HOKA拉貨。", ["Nike", "adidas", "HOKA"]),
        ("波士頓動力採用庫卡的關節，Apptronik不採。", ["波士頓動力", "庫卡", "Apptronik"]),
        ("波音減產，空客增產，洛馬持平。", ["波音", "空中巴士", "洛克希德馬丁"]),
        ("輝瑞、禮來與諾和諾德擴產。", ["輝瑞", "禮來", "諾和諾德"]),
        ("必和必拓與力拓下修鐵礦砂。", ["必和必拓", "力拓"]),
    ],
)
def test_wordings(reader: PartyReader, body: str, expected: list[str]) -> None:
    assert names(reader, body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "市場擔心高通膨拖累消費，高通脹也壓低需求。",
        "廠方努力拓展海外，並大力拓寬通路。",
        "這批不斷電系統以UPS為主，機房屬IDC等級。",
        "晶片改走ARM架構，核心授權另計。",
        "三百萬寫成3M，十倍寫成1X。",
        "面向大眾市場的機種，車速一路奔馳。",
        "俄羅斯石油出口受限，法國電力需求下滑。",
        "業者可以星期五交貨，正好時段離峰。",
        "普惠金融放款增加，自由港區免稅。",
        "這是通用規格，目標市場在北美。",
        "性格芯片化只是玩笑，健康寧靜的廠區才是重點。",
        "液化空氣儲能與空氣產品無關。",
        "公開利率維持，能力健全者錄取。",
        "Target Price上調，Figure 3如下，On-time交付。",
        "微芯片缺貨，品德儀式照舊。",
        "顯示卡屬RTX系列，載板走SAP製程，均熱片又稱IHS。",
        "處理器支援AVX指令集，熱敏電阻為PTC型。",
        "全球星級飯店回溫，墨西哥灣流偏暖。",
    ],
)
def test_words_that_only_look_like_a_company(reader: PartyReader, body: str) -> None:
    assert names(reader, body) == []
