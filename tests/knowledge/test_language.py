import pytest

from vortex.knowledge.language import detect_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We the people of this country want to see what the law says about it."),
        ("es", "La casa que está en el centro de la ciudad no es de los que la quieren para su familia."),
        ("fr", "Les enfants qui sont dans la maison ne veulent pas sortir avec nous ce soir."),
        ("de", "Die Kinder, die in dem Haus sind, wollen heute Abend nicht mit uns ausgehen."),
        ("it", "La casa che si trova nel centro della città non è di quelli che la vogliono per la famiglia."),
        ("pt", "A casa que está no centro da cidade não é dos que a querem para a sua família."),
        ("ru", "Дети, которые находятся в доме, не хотят сегодня вечером идти с нами на прогулку."),
        ("zh", "今天天气很好，我们去公园散步。"),
        ("ja", "今日は天気がいいので、公園を散歩します。"),
        ("ko", "오늘은 날씨가 좋아서 공원에 산책하러 갑니다."),
        ("ar", "الطقس جميل اليوم ونحن ذاهبون إلى الحديقة"),
        ("he", "מזג האוויר יפה היום ואנחנו הולכים לפארק"),
        ("el", "Ο καιρός είναι καλός σήμερα και πάμε στο πάρκο"),
        ("", "x1 y2 zz9 qqq www kkk"),
        ("", ""),
    ],
)
def test_language(language, text):
    assert detect_language(text) == language
