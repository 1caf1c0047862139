# Records of saved pages of Flickr's search, as one would make them with jq: the columns of the catalogue, the open licences,
# the largest file, tags in order.
{
  "1": ["by-nc-sa", "2.0"], "2": ["by-nc", "2.0"], "3": ["by-nc-nd", "2.0"],
  "4": ["by", "2.0"], "5": ["by-sa", "2.0"], "6": ["by-nd", "2.0"]
} as $licenses
| .photos.photo[]
| $licenses[.license] as [$license, $version]
| select($license)
| "https://www.flickr.com/photos/\(.owner)" as $owner
| {
    ingestion_type: "provider_api", provider: "flickr", source: "flickr",
    foreign_identifier: .id, foreign_landing_url: "\($owner)/\(.id)",
    url: .url_l, width: .width_l, height: .height_l, filetype: "jpg",
    license: $license, license_version: $version,
    creator: .ownername, creator_url: $owner, title: .title,
    meta_data: {
      pub_date: .dateupload, date_taken: .datetaken, views: .views,
      description: (.description._content | sub("^\\s+"; "") | sub("\\s+$"; "")),
      license_url: "https://creativecommons.org/licenses/\($license)/\($version)/"
    },
    tags: (.tags | split(" ") | sort | map({name: ., provider: "flickr"})),
    category: "photograph", watermarked: false
  }
