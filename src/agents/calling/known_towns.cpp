#include "agents/calling/known_towns.h"

#include <algorithm>
#include <array>
#include <string>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

struct Region {
  TownRegion region;
  std::string_view towns; // in small letters, '|' before and behind each
};

// Capitals and other towns of about a million people and more; of the USA, the largest of each
// state. Names that two well-known towns share are left out.
constexpr auto kRegions = std::to_array<Region>({
    {{"Argentina", "AR"}, "|buenos aires|rosario|mendoza|"},
    {{"Australia", "AU"}, "|sydney|melbourne|brisbane|perth|adelaide|canberra|"},
    {{"Austria", "AT"}, "|vienna|salzburg|graz|innsbruck|"},
    {{"Bangladesh", "BD"}, "|dhaka|chittagong|"},
    {{"Belgium", "BE"}, "|brussels|antwerp|ghent|bruges|"},
    {{"Brazil", "BR"}, "|rio de janeiro|sao paulo|brasilia|salvador|recife|"},
    {{"Bulgaria", "BG"}, "|sofia|plovdiv|"},
    {{"Canada", "CA"}, "|toronto|montreal|vancouver|calgary|ottawa|edmonton|winnipeg|quebec city|"},
    {{"Chile", "CL"}, "|santiago|valparaiso|"},
    {{"China", "CN"}, "|beijing|shanghai|guangzhou|shenzhen|chengdu|wuhan|hangzhou|nanjing|xi'an|"},
    {{"Colombia", "CO"}, "|bogota|medellin|cali|"},
    {{"Croatia", "HR"}, "|zagreb|dubrovnik|"},
    {{"Cuba", "CU"}, "|havana|"},
    {{"Czech Republic", "CZ"}, "|prague|brno|"},
    {{"Denmark", "DK"}, "|copenhagen|aarhus|"},
    {{"Egypt", "EG"}, "|cairo|giza|luxor|"},
    {{"Ethiopia", "ET"}, "|addis ababa|"},
    {{"Finland", "FI"}, "|helsinki|tampere|"},
    {{"France", "FR"}, "|paris|marseille|lyon|toulouse|nice|bordeaux|strasbourg|nantes|"},
    {{"Germany", "DE"}, "|berlin|munich|hamburg|frankfurt|cologne|stuttgart|dresden|leipzig|"},
    {{"Ghana", "GH"}, "|accra|kumasi|"},
    {{"Greece", "GR"}, "|thessaloniki|piraeus|"},
    {{"Hungary", "HU"}, "|budapest|"},
    {{"Iceland", "IS"}, "|reykjavik|"},
    {{"India", "IN"},
     "|mumbai|delhi|new delhi|bangalore|bengaluru|chennai|kolkata|pune|jaipur|ahmedabad|"},
    {{"Indonesia", "ID"}, "|jakarta|surabaya|bandung|"},
    {{"Iran", "IR"}, "|tehran|isfahan|"},
    {{"Iraq", "IQ"}, "|baghdad|"},
    {{"Ireland", "IE"}, "|dublin|galway|"},
    {{"Israel", "IL"}, "|jerusalem|tel aviv|haifa|"},
    {{"Italy", "IT"}, "|rome|milan|naples|turin|venice|bologna|"},
    {{"Japan", "JP"}, "|tokyo|osaka|kyoto|yokohama|nagoya|sapporo|fukuoka|hiroshima|"},
    {{"Kenya", "KE"}, "|nairobi|mombasa|"},
    {{"Malaysia", "MY"}, "|kuala lumpur|"},
    {{"Mexico", "MX"}, "|mexico city|guadalajara|monterrey|tijuana|cancun|"},
    {{"Morocco", "MA"}, "|casablanca|rabat|marrakesh|marrakech|"},
    {{"Netherlands", "NL"}, "|amsterdam|rotterdam|the hague|utrecht|"},
    {{"New Zealand", "NZ"}, "|auckland|wellington|christchurch|"},
    {{"Nigeria", "NG"}, "|lagos|abuja|"},
    {{"Norway", "NO"}, "|oslo|bergen|trondheim|"},
    {{"Pakistan", "PK"}, "|karachi|lahore|islamabad|"},
    {{"Peru", "PE"}, "|lima|cusco|"},
    {{"Philippines", "PH"}, "|manila|cebu|"},
    {{"Poland", "PL"}, "|warsaw|krakow|gdansk|wroclaw|"},
    {{"Portugal", "PT"}, "|lisbon|porto|"},
    {{"Romania", "RO"}, "|bucharest|"},
    {{"Russia", "RU"}, "|moscow|saint petersburg|novosibirsk|"},
    {{"Saudi Arabia", "SA"}, "|riyadh|jeddah|mecca|"},
    {{"Serbia", "RS"}, "|belgrade|"},
    {{"South Africa", "ZA"}, "|cape town|johannesburg|durban|pretoria|"},
    {{"South Korea", "KR"}, "|seoul|busan|incheon|"},
    {{"Spain", "ES"}, "|madrid|barcelona|seville|bilbao|malaga|"},
    {{"Sweden", "SE"}, "|stockholm|gothenburg|"},
    {{"Switzerland", "CH"}, "|zurich|geneva|basel|bern|"},
    {{"Taiwan", "TW"}, "|taipei|kaohsiung|"},
    {{"Thailand", "TH"}, "|bangkok|chiang mai|phuket|"},
    {{"Turkey", "TR"}, "|istanbul|ankara|izmir|"},
    {{"Ukraine", "UA"}, "|kyiv|kiev|lviv|odesa|"},
    {{"United Arab Emirates", "AE"}, "|dubai|abu dhabi|"},
    {{"United Kingdom", "GB"}, "|london|edinburgh|glasgow|liverpool|leeds|cardiff|belfast|"},
    {{"Uruguay", "UY"}, "|montevideo|"},
    {{"Venezuela", "VE"}, "|caracas|"},
    {{"Vietnam", "VN"}, "|hanoi|ho chi minh city|da nang|saigon|"},
    {{"Alaska", "AK", true}, "|anchorage|"},
    {{"Arizona", "AZ", true}, "|phoenix|tucson|"},
    {{"California", "CA", true},
     "|los angeles|san francisco|san diego|san jose|sacramento|oakland|fresno|long beach|"},
    {{"Colorado", "CO", true}, "|denver|boulder|"},
    {{"Florida", "FL", true}, "|miami|orlando|tampa|jacksonville|"},
    {{"Georgia", "GA", true}, "|atlanta|"},
    {{"Hawaii", "HI", true}, "|honolulu|"},
    {{"Illinois", "IL", true}, "|chicago|"},
    {{"Indiana", "IN", true}, "|indianapolis|"},
    {{"Kentucky", "KY", true}, "|louisville|"},
    {{"Louisiana", "LA", true}, "|new orleans|baton rouge|"},
    {{"Maryland", "MD", true}, "|baltimore|"},
    {{"Massachusetts", "MA", true}, "|boston|"},
    {{"Michigan", "MI", true}, "|detroit|grand rapids|"},
    {{"Minnesota", "MN", true}, "|minneapolis|"},
    {{"Nebraska", "NE", true}, "|omaha|"},
    {{"Nevada", "NV", true}, "|las vegas|reno|"},
    {{"New Mexico", "NM", true}, "|albuquerque|"},
    {{"New York", "NY", true}, "|new york|new york city|nyc|buffalo|brooklyn|manhattan|"},
    {{"North Carolina", "NC", true}, "|charlotte|raleigh|"},
    {{"Ohio", "OH", true}, "|cleveland|cincinnati|"},
    {{"Oklahoma", "OK", true}, "|oklahoma city|tulsa|"},
    {{"Pennsylvania", "PA", true}, "|philadelphia|pittsburgh|"},
    {{"Tennessee", "TN", true}, "|nashville|memphis|"},
    {{"Texas", "TX", true}, "|houston|dallas|austin|san antonio|el paso|fort worth|"},
    {{"Utah", "UT", true}, "|salt lake city|"},
    {{"Washington", "WA", true}, "|seattle|spokane|"},
    {{"Wisconsin", "WI", true}, "|milwaukee|"},
});

} // namespace

std::optional<TownRegion> region_of_town(std::string_view town) {
  if (town.empty() || town.find('|') != std::string_view::npos) return std::nullopt;
  const std::string wanted = "|" + lower_case(town) + "|";
  const auto at = std::ranges::find_if(kRegions, [&wanted](const Region& region) {
    return region.towns.find(wanted) != std::string_view::npos;
  });
  return at == kRegions.end() ? std::nullopt : std::optional(at->region);
}

std::optional<TownRegion> country_called(std::string_view name) {
  const std::string wanted = lower_case(name);
  const auto at = std::ranges::find_if(kRegions, [&wanted](const Region& region) {
    return !region.region.is_state && lower_case(region.region.name) == wanted;
  });
  return at == kRegions.end() ? std::nullopt : std::optional(at->region);
}

} // namespace outpost::agents
