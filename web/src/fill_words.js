// What ODK Web Forms says in its own words, in the reader's language.
export const VIETNAMESE = {
  "Send": "Gửi",
  "Change language": "Đổi ngôn ngữ",
  "Condition not satisfied: constraint": "Câu trả lời chưa hợp lệ",
  "Condition not satisfied: required": "Hãy trả lời câu này",
  "An error occurred while loading this form": "Không mở được biểu mẫu này",
  "Technical error details": "Chi tiết kỹ thuật",
  "Good accuracy": "Độ chính xác tốt",
  "Poor accuracy": "Độ chính xác kém",
  "Finding your location": "Đang tìm vị trí",
  "Time taken to capture location: ": "Thời gian đã tìm: ",
  "Cancel": "Hủy",
  "Save location": "Lưu vị trí",
  "Get location": "Lấy vị trí",
  "Try again": "Thử lại",
  "Cannot access location": "Không lấy được vị trí",
  "Grant location permission in the browser settings and make sure location is turned on.":
    "Hãy cho phép trình duyệt dùng vị trí và bật định vị của máy.",
  " Okay ": " Đồng ý ",
  "Take picture": "Chụp ảnh",
  "Choose image": "Chọn ảnh",
  "Remove": "Xóa",
  "Repeat Item": "Mục",
  " Add ": " Thêm ",
  "No results found": "Không tìm thấy",
  "No available options": "Không có lựa chọn",
  "Powered by": "Dùng",
  "Use the location button to center on your current location": "Bấm nút định vị để đến chỗ bạn đang đứng",
  "Tap to place a point": "Chạm để đặt điểm",
  "Press and drag to move a point": "Nhấn giữ và kéo để dời điểm",
  "Tap to move point": "Chạm để dời điểm",
  "No point saved": "Chưa lưu điểm nào",
  "Point saved": "Đã lưu điểm",
  "View details": "Xem chi tiết",
  "Save selected": "Lưu lựa chọn",
  "Remove selection": "Bỏ lựa chọn",
  "Remove point": "Xóa điểm",
  "No trace saved": "Chưa lưu đường nào",
  "No shape saved": "Chưa lưu vùng nào",
  "Graphics issue detected": "Trình duyệt không vẽ được bản đồ",
  "Your browser cannot display the map now. Enable graphics acceleration settings.":
    "Trình duyệt chưa hiện được bản đồ. Hãy bật tăng tốc đồ họa trong phần cài đặt.",
  " Unable to load map ": " Không tải được bản đồ ",
  "Location unavailable. Enable GPS and browser permissions, then restart the form to try again.":
    "Không lấy được vị trí. Hãy bật định vị, cho phép trình duyệt dùng vị trí, rồi tải lại trang.",
  "Unknown accuracy": "Chưa rõ độ chính xác",
  "Captured image preview": "Ảnh đã chọn",
  "change language": "Đổi ngôn ngữ của phiếu",
  "Rank items": "Sắp xếp các mục",
  // Lines and areas on a map.
  "Trace saved": "Đã lưu đường",
  "Shape saved": "Đã lưu vùng",
  "Feature saved": "Đã lưu lựa chọn",
  "Capturing location...": "Đang lấy vị trí…",
  "Full Screen": "Toàn màn hình",
  "Zoom to fit": "Xem vừa khung",
  "Zoom to current location": "Đến chỗ đang đứng",
  "Zoom in": "Phóng to",
  "Zoom out": "Thu nhỏ",
  "Reset rotation": "Xoay về hướng bắc",
  "Undo last change": "Hoàn tác",
  "Delete": "Xóa",
  "Delete entire trace?": "Xóa cả đường?",
  "Delete entire shape?": "Xóa cả vùng?",
  " Are you sure you want to delete this entire trace and start over? ": " Xóa cả đường này và vẽ lại từ đầu? ",
  " Are you sure you want to delete this entire shape and start over? ": " Xóa cả vùng này và vẽ lại từ đầu? ",
  "Advanced": "Nâng cao",
  "Longitude": "Kinh độ",
  "Latitude": "Vĩ độ",
  "Altitude": "Độ cao",
  "Accuracy": "Độ chính xác",
  " Longitude is invalid ": " Kinh độ chưa đúng ",
  " Latitude is invalid ": " Vĩ độ chưa đúng ",
  "Import data to replace location": "Nhập tọa độ thay cho vị trí này",
  "Paste data in ODK format": "Dán tọa độ theo cách viết của ODK",
  "Enter as: Lat Long Alt Acc (e.g. 45.5 -122.6 15 2; 45.6 -122.7 12 3)":
    "Viết: vĩ độ, kinh độ, độ cao, độ chính xác (ví dụ 20.95 107.08 15 2; 20.96 107.09 12 3)",
  "Upload a GeoJSON file": "Tải lên tệp GeoJSON",
  "Upload file": "Chọn tệp",
  "Save": "Lưu",
  "File is empty.": "Tệp trống.",
  "Unsupported file type. Please upload a .geojson file.": "Loại tệp này không dùng được. Hãy chọn tệp .geojson.",
  "Failed to parse file. Ensure it is a valid GeoJSON.": "Không đọc được tệp này. Hãy kiểm tra tệp GeoJSON.",
  "Incorrect geometry type.": "Không đúng loại hình của câu hỏi.",
};

// Parts of sentences, and those with numbers in them.
const PARTS = {
  " Location will be saved at ": " Vị trí được lưu khi đạt ",
  "Search": "Tìm",
  "What to do with this item": "Việc với mục này",
  " Previous saved location at ": " Vị trí đã lưu trước đó: ",
};

/** What the mended engine calls; `language` is "vi" or "en". */
export function spoken(language, locale) {
  const decimal = new Intl.NumberFormat(locale).format(1.5)[1];
  const known = language === "vi" ? { ...VIETNAMESE, ...PARTS } : {};
  return {
    locale,
    say: (english) => known[english] ?? english,
    wrong(count) {
      if (language === "vi") return `${count} câu chưa đúng.`;
      return count === 1 ? "1 question with error." : `${count} questions with errors.`;
    },
    dated: (value) =>
      value.type === "NODE" ? { type: "STRING", toString: () => value.toString() } : value,
    saved: (count) => (language === "vi" ? `Đã lưu ${count} điểm` : `${count} points saved`),
    corner: (name, value) => `${known[name] ?? name}: ${value}`,
    typed: (key) => (key === "." || key === "," ? decimal : key),
    pasted: (text) => (text.match(/[.,]/g)?.length === 1 ? text.replace(/[.,]/, decimal) : text),
  };
}

export const CALENDAR = {
  vi: {
    dateFormat: "dd/mm/yy",
    firstDayOfWeek: 1,
    dayNames: ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
    dayNamesShort: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    dayNamesMin: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    monthNames: Array.from({ length: 12 }, (_, month) => `Tháng ${month + 1}`),
    monthNamesShort: Array.from({ length: 12 }, (_, month) => `Th${month + 1}`),
    today: "Hôm nay",
    clear: "Xóa",
    chooseDate: "Chọn ngày",
    chooseMonth: "Chọn tháng",
    chooseYear: "Chọn năm",
    prevMonth: "Tháng trước",
    nextMonth: "Tháng sau",
    prevYear: "Năm trước",
    nextYear: "Năm sau",
    prevDecade: "Mười năm trước",
    nextDecade: "Mười năm sau",
    prevHour: "Bớt một giờ",
    nextHour: "Thêm một giờ",
    prevMinute: "Bớt một phút",
    nextMinute: "Thêm một phút",
  },
  en: { firstDayOfWeek: 1, dateFormat: "dd/mm/yy" },
};
