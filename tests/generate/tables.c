/* tables.c -- of the generator: see tables.h. */
#include "tables.h"

const char *const table_first[64] = { "Ava", "Liam", "Olivia", "Noah", "Emma", "James", "Sophia",
	"Mason", "Mia", "Lucas", "Amelia", "Ethan", "Harper", "Logan", "Evelyn", "Jacob", "Abigail",
	"Daniel", "Emily", "Henry", "Ella", "Jack", "Grace", "Owen", "Chloe", "Samuel", "Zoë|zoe",
	"José|jose", "François|francois", "Łukasz|lukasz", "Renée|renee", "André|andre",
	"María|maria", "Jesús|jesus", "Siân|sian", "Björn|bjorn", "Nguyệt|nguyet", "Søren|soren",
	"Chloé|chloe", "Ángela|angela", "Priya", "Wei", "Fatima", "Omar", "Keisha", "DeShawn",
	"Malik", "Aaliyah", "Mary-Jane", "Beth", "Tom", "Linda", "Robert", "Susan", "Karen", "Mike",
	"Patricia", "Gary", "Dawn", "Brandon", "Crystal", "Tyler", "Heather", "Dustin" };

const char *const table_last[80] = { "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia",
	"Miller", "Davis", "Rodríguez|rodriguez", "Martínez|martinez", "Hernández|hernandez",
	"López|lopez", "González|gonzalez", "Wilson", "Anderson", "Thomas", "Taylor", "Moore",
	"Jackson", "Martin", "Lee", "Pérez|perez", "Thompson", "White", "Harris", "Sánchez|sanchez",
	"Clark", "Ramírez|ramirez", "Lewis", "Robinson", "Walker", "Young", "Allen", "King",
	"Wright", "Scott", "Torres", "Nguyễn|nguyen", "Hill", "Flores", "Green", "Adams", "Nelson",
	"Baker", "Hall", "Rivera", "Campbell", "Mitchell", "Carter", "Roberts", "O'Brien",
	"D'Angelo", "McDonald", "Muñoz|munoz", "Núñez|nunez", "Peña|pena", "Müller|muller",
	"Schröder|schroder", "Åkesson|akesson", "Dvořák|dvorak", "Kowalski", "Tran", "Chen",
	"Patel", "Kim", "Singh", "Begay", "Yazzie", "Tsosie", "Smith-Jones", "Van Dyke", "St. John",
	"de la Cruz", "Brontë|bronte", "Lefèvre|lefevre", "Whitehorse", "Okafor", "Mbeki", "Haddad",
	"Santos" };

const struct place table_place[48] = {
	{ "80202", "Denver", "CO", "Colorado", 303 },
	{ "80203", "Denver", "CO", "Colorado", 720 },
	{ "80205", "Denver", "CO", "Colorado", 303 },
	{ "80206", "Denver", "CO", "Colorado", 720 },
	{ "80209", "Denver", "CO", "Colorado", 303 },
	{ "80210", "Denver", "CO", "Colorado", 720 },
	{ "80211", "Denver", "CO", "Colorado", 303 },
	{ "80014", "Aurora", "CO", "Colorado", 720 },
	{ "80012", "Aurora", "CO", "Colorado", 303 },
	{ "80110", "Englewood", "CO", "Colorado", 720 },
	{ "80226", "Denver", "CO", "Colorado", 303 },
	{ "80228", "Denver", "CO", "Colorado", 720 },
	{ "80301", "Boulder", "CO", "Colorado", 303 },
	{ "80302", "Boulder", "CO", "Colorado", 720 },
	{ "80401", "Golden", "CO", "Colorado", 303 },
	{ "80501", "Longmont", "CO", "Colorado", 720 },
	{ "80521", "Fort Collins", "CO", "Colorado", 970 },
	{ "80525", "Fort Collins", "CO", "Colorado", 970 },
	{ "80631", "Greeley", "CO", "Colorado", 970 },
	{ "80903", "Colorado Springs", "CO", "Colorado", 719 },
	{ "80918", "Colorado Springs", "CO", "Colorado", 719 },
	{ "81001", "Pueblo", "CO", "Colorado", 719 },
	{ "81301", "Durango", "CO", "Colorado", 970 },
	{ "81501", "Grand Junction", "CO", "Colorado", 970 },
	{ "80435", "Dillon", "CO", "Colorado", 970 },
	{ "80487", "Steamboat Springs", "CO", "Colorado", 970 },
	{ "80020", "Broomfield", "CO", "Colorado", 303 },
	{ "80031", "Westminster", "CO", "Colorado", 720 },
	{ "80229", "Denver", "CO", "Colorado", 303 },
	{ "80234", "Denver", "CO", "Colorado", 720 },
	{ "80104", "Castle Rock", "CO", "Colorado", 303 },
	{ "80004", "Arvada", "CO", "Colorado", 720 },
	{ "82001", "Cheyenne", "WY", "Wyoming", 307 },
	{ "82070", "Laramie", "WY", "Wyoming", 307 },
	{ "87102", "Albuquerque", "NM", "New Mexico", 505 },
	{ "87501", "Santa Fe", "NM", "New Mexico", 505 },
	{ "69101", "North Platte", "NE", "Nebraska", 308 },
	{ "66002", "Atchison", "KS", "Kansas", 913 },
	{ "84101", "Salt Lake City", "UT", "Utah", 801 },
	{ "85001", "Phoenix", "AZ", "Arizona", 602 },
	{ "75201", "Dallas", "TX", "Texas", 214 },
	{ "94103", "San Francisco", "CA", "California", 213 },
	{ "10001", "New York", "NY", "New York", 212 },
	{ "07102", "Newark", "NJ", "New Jersey", 973 },
	{ "60601", "Chicago", "IL", "Illinois", 312 },
	{ "02108", "Boston", "MA", "Massachusetts", 617 },
	{ "33101", "Miami", "FL", "Florida", 305 },
	{ "89101", "Las Vegas", "NV", "Nevada", 702 },
};

const struct group table_group[9] = {
	{ "Flower", "PackedBud", "", { "3.5g", "7g", "14g" }, { 2200, 3900, 7000 }, 26 },
	{ "Pre-Rolls", "PreRoll", "Pre-Roll", { "1g", "5 pack", "0.5g" }, { 700, 2600, 450 }, 14 },
	{ "Vapes", "Cartridge", "Cartridge", { "500mg", "1g", "2g" }, { 2100, 3600, 5900 }, 16 },
	{ "Edibles", "Edible", "Gummies", { "100mg", "10 pack", "20 pack" }, { 1400, 1600, 2500 },
	    18 },
	{ "Concentrates", "Concentrate", "Live Resin", { "1g", "2g", "0.5g" }, { 2800, 4900, 1700 },
	    12 },
	{ "Tinctures", "Tincture", "Tincture", { "30ml", "15ml", "60ml" }, { 3200, 1900, 5600 },
	    4 },
	{ "Topicals", "Topical", "Balm", { "50g", "100g", "Roll-On" }, { 2400, 4100, 2700 }, 4 },
	{ "Accessories", "Merchandise", "Papers; King Size", { "1 book", "Box", "1/2\\\"" },
	    { 250, 1900, 900 }, 4 },
	{ "Seeds & Clones", "Plant", "Seeds", { "3 pack", "6 pack", "1" }, { 3500, 6000, 1800 },
	    2 },
};

const struct deal table_deal[6] = {
	{ "Happy Hour", "percent", 15, 0 },
	{ "Loyalty", "percent", 10, 0 },
	{ "Veteran", "percent", 20, 0 },
	{ "$5 off", "dollar", 0, 500 },
	{ "First Visit", "percent", 25, 0 },
	{ "$2 off", "dollar", 0, 200 },
};

const struct site table_site[8] = {
	{ "Colfax", "2100 E Colfax Ave", "Denver", "80206" },
	{ "Pearl Street", "1445 Pearl St", "Boulder", "80302" },
	{ "Old Town", "230 Linden St", "Fort Collins", "80525" },
	{ "South Academy", "1710 S Academy Blvd", "Colorado Springs", "80918" },
	{ "Main Avenue", "945 Main Ave", "Durango", "81301" },
	{ "Wadsworth", "5300 Wadsworth Blvd", "Arvada", "80004" },
	{ "Havana", "1250 Havana St", "Aurora", "80012" },
	{ "Lincoln", "701 Lincoln Ave", "Steamboat Springs", "80487" },
};

const char *const table_strain[40] = { "Blue Dream", "Sour Diesel", "Girl Scout Cookies",
	"Gorilla Glue #4", "Wedding Cake", "Gelato", "Durban Poison", "Jack Herer", "OG Kush",
	"Granddaddy Purple", "Northern Lights", "White Widow", "Pineapple Express", "Green Crack",
	"Bubba Kush", "Trainwreck", "Super Lemon Haze", "Chemdawg", "AK-47", "Strawberry Cough",
	"Cherry Pie", "Zkittlez", "Runtz", "Do-Si-Dos", "Mimosa", "Ice Cream Cake", "Tangie",
	"Maui Wowie", "Skywalker OG", "Headband", "Bruce Banner", "Animal Mints", "Crème Brûlée",
	"Jalapeño Haze", "Papaya", "GMO", "MAC 1", "Purple Punch", "Watermelon", "Sunset Sherbet" };

const char *const table_brand[16] = { "Rocky", "Half Moon, Inc.", "Alpine Roots",
	"Mesa Verde Farms", "Fourteener", "Cañon Craft", "Bud & Co.", "High Plains", "Silverthread",
	"The \\\"Good\\\" Stuff", "Aspenglow", "Red Rocks Remedies", "Prairie Fire", "Mile Marker",
	"Timberline", "O'Hare's" };

const char *const table_street[16] = { "Main St", "Broadway", "Elm St", "Maple Ave", "S Pearl St",
	"W 32nd Ave", "Federal Blvd", "Oak Dr", "County Road 12", "Juniper Ln", "N Peña Blvd",
	"Cedar Ct", "Larimer St", "E 17th Ave", "Highland Park Rd", "Aspen Way" };

const char *const table_mail[4] = { "example.com", "example.org", "example.net",
	"mail.example.com" };

const char *const table_no_mail[4] = { "none@none.com", "noemail@noemail.com", "no@email.com",
	"na@na.com" };
